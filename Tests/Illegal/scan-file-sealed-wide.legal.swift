import Age
import Scan
import Seal

func seal(
    _ file: consuming ScanFile, into writer: inout BundleWriter, _ mix: borrowing KeyMix
) throws(SealError) {
    _ = try writer.add(file, mix: mix)
}
