// error: cannot convert value of type 'LockedBytes' to expected argument type 'MaskedPicture'
import Age
import Camera
import LockedMemory
import Seal

func seal(
    _ frame: consuming PlainFrame, into writer: inout BundleWriter, for clinic: Recipient, _ mix: borrowing KeyMix
) throws(SealError) {
    let bytes = frame.takeBytes()
    _ = try writer.add(bytes, to: [clinic], mix: mix)
}
