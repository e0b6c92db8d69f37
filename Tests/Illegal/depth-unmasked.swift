// error: 'bytes' is inaccessible due to 'internal' protection level
import Depth
import LockedMemory

func look(_ frame: borrowing DepthFrame) -> Int { frame.bytes.count }
