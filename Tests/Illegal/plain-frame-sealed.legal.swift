import Age
import Mask
import Seal

func seal(
    _ picture: consuming MaskedPicture, into writer: inout BundleWriter, for clinic: Recipient, _ mix: borrowing KeyMix
) throws(SealError) {
    _ = try writer.add(picture, to: [clinic], mix: mix)
}
