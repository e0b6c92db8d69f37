// error: 'grant' consumed more than once
import Camera
import Consent

func shoot(_ grant: consuming ExposureGrant, _ camera: inout CameraHead, _ use: CameraUse) throws(CameraError) {
    _ = try camera.expose(grant, with: use) { false }
    _ = try camera.expose(grant, with: use) { false }
}
