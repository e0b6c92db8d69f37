// error: cannot convert value of type 'ScanFile' to expected argument type 'MaskedPicture'
import Age
import Scan
import Seal

func seal(
    _ file: consuming ScanFile, into writer: inout BundleWriter, for anyone: Recipient, _ mix: borrowing KeyMix
) throws(SealError) {
    _ = try writer.add(file, to: [anyone], mix: mix)
}
