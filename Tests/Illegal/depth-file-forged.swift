// error: 'DepthFile' initializer is inaccessible due to 'fileprivate' protection level
import Age
import BundleFormat
import LockedMemory
import Mask
import Seal

func seal(
    _ bytes: consuming LockedBytes, for recipient: RecipientText, into writer: inout BundleWriter,
    _ mix: borrowing KeyMix
) throws {
    _ = try writer.add(DepthFile(.depth, for: recipient, bytes), mix: mix)
}
