import Camera
import Consent

func expose(_ grant: consuming ExposureGrant, _ camera: inout CameraHead, _ use: CameraUse) throws(CameraError)
    -> PlainFrame
{
    try camera.expose(grant, with: use) { false }
}
