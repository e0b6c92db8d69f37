import Camera
import Mask

func keep(_ frame: consuming PlainFrame, by masker: inout Masker) throws(MaskFailure) -> IdentifiableFrame? {
    guard case .both(_, let open) = try masker.mask(frame).takeFrames() else { return nil }
    return open
}
