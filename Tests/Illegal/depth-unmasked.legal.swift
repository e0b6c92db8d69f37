import Depth
import LockedMemory

func look(_ frame: borrowing MaskedDepth) -> Int { frame.bytes.count }
