// error: cannot convert value of type 'ExposureGrant' to expected argument type 'GeometryGrant'
import Consent
import Depth

func keep(_ frame: consuming DepthFrame, _ grant: consuming ExposureGrant) -> WholeDepth {
    WholeDepth(frame, under: grant)
}
