import Camera
import Consent

func expose(_ grant: consuming ExposureGrant, _ camera: inout CameraHead) throws(CameraError) -> PlainFrame {
    try camera.expose(grant) { false }
}
