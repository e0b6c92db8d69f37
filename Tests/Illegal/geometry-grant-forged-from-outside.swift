// error: 'let' property 'exposure' may not be initialized directly
import Consent

extension GeometryGrant {
    init(stolen exposure: Exposure) {
        self.exposure = exposure
    }
}
