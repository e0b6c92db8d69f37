import Consent
import Depth

func keep(_ frame: consuming DepthFrame, _ grant: consuming GeometryGrant) -> WholeDepth {
    WholeDepth(frame, under: grant)
}
