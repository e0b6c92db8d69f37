import Mask

func finish(_ frame: consuming MaskedFrame, _ context: PictureContext) throws(PictureError) -> MaskedPicture {
    try frame.picture(context)
}
