import Camera
import Consent

func shoot(_ grant: consuming ExposureGrant, _ camera: inout CameraHead) throws(CameraError) {
    _ = try camera.expose(grant) { false }
}
