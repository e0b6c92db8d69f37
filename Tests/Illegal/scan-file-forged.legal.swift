import Consent
import Scan

func take(_ drop: borrowing ScanDrop, _ grant: consuming GeometryGrant) throws(ScanFault) -> ScanFile? {
    var held = try drop.take(under: grant)
    return try held.takeNext()
}
