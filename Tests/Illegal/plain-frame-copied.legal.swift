import Camera

func pass(_ frame: consuming PlainFrame) -> PlainFrame { frame }
