import Commands
import Hex
import Linux
import PodImage

/// Reads a firmware file and makes sure that a chip that trusts its key would start it.
func readFirmware(_ path: String) throws(Refused) -> SignedImage {
    let bytes: [UInt8]
    do { bytes = try readAll(from: try openForReading(path), bound: FlashImage.mostFileBytes) } catch {
        switch error {
        case let error as SystemCallError: throw Refused("\(path): \(error)")
        case FileError.system(let error): throw Refused("\(path): \(error)")
        default: throw Refused("\(path): more than \(FlashImage.mostFileBytes) bytes are no firmware file of the pod")
        }
    }
    do { return try SignedImage(try FlashImage(parsing: bytes)) } catch { throw Refused("\(path): \(error)") }
}

extension SignedImage {
    var words: String {
        let version = version.map { "firmware \($0.major).\($0.minor)" } ?? "a firmware without a version"
        return "\(version), \(bytes.count) bytes, signed by the key \(Hex.encode(keyDigest))"
    }
}
