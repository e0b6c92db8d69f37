// error: 'frame' is borrowed and cannot be consumed
import Camera

func copy(_ frame: borrowing PlainFrame) -> PlainFrame { frame }
