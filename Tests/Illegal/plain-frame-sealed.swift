// error: cannot convert value of type 'PlainFrame' to expected argument type 'MaskedPicture'
import Age
import Camera
import Mask
import Seal

func seal(
    _ frame: consuming PlainFrame, into writer: inout BundleWriter, for clinic: Recipient, _ mix: borrowing KeyMix
) throws(SealError) {
    _ = try writer.add(frame, to: [clinic], mix: mix)
}
