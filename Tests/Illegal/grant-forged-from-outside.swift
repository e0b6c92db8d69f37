// error: 'self' used before 'self.init' call or assignment to 'self'
import Consent

extension ExposureGrant {
    init(stolen exposure: Exposure) {
        self.exposure = exposure
    }
}
