import Age
import Mask
import Seal

func seal(_ depth: borrowing ShotDepth, into writer: inout BundleWriter, _ mix: borrowing KeyMix) throws {
    _ = try writer.add(try depth.depthFile(), mix: mix)
}
