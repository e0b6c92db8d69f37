import Age
import Camera
import Mask
import Seal

func seal(
    _ frame: consuming PlainFrame, by masker: inout Masker, _ context: PictureContext, into writer: inout BundleWriter,
    for clinic: Recipient, _ mix: borrowing KeyMix
) throws {
    guard case .masked(let masked) = try masker.mask(frame).takeFrames() else { return }
    _ = try writer.add(try masked.picture(context), to: [clinic], mix: mix)
}
