// error: is inaccessible due to 'internal' protection level
import Mask

func forge(_ frame: borrowing IdentifiableFrame, _ context: PictureContext) throws -> MaskedPicture {
    MaskedPicture(encoded: try frame.body.object(context, "instance", .none))
}
