// error: initializer is inaccessible due to 'internal' protection level
import LockedMemory
import Mask

func forge(_ frame: borrowing MaskedFrame, _ bytes: consuming LockedBytes) -> MaskedPicture {
    MaskedPicture(frame, sopClass: "1.2.840.10008.5.1.4.1.1.77.1.4", bytes: bytes)
}
