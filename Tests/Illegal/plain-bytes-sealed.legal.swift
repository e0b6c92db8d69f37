import Age
import Camera
import Mask
import Seal

func seal(
    _ frame: consuming PlainFrame, by masker: inout Masker, _ context: PictureContext, into writer: inout BundleWriter,
    for clinic: Recipient, _ mix: borrowing KeyMix
) throws {
    let picture = try masker.mask(frame).picture(context)
    _ = try writer.add(picture, to: [clinic], mix: mix)
}
