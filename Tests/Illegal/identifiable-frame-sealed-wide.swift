// error: cannot convert value of type 'IdentifiablePicture' to expected argument type 'MaskedPicture'
import Age
import Mask
import Seal

func seal(
    _ frame: consuming IdentifiableFrame, _ context: PictureContext, into writer: inout BundleWriter,
    for anyone: Recipient, _ mix: borrowing KeyMix
) throws {
    _ = try writer.add(try frame.picture(context), to: [anyone], mix: mix)
}
