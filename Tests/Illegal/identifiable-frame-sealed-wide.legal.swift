import Age
import Mask
import Seal

func seal(
    _ frame: consuming IdentifiableFrame, _ context: PictureContext, into writer: inout BundleWriter,
    _ mix: borrowing KeyMix
) throws {
    _ = try writer.add(try frame.picture(context), mix: mix)
}
