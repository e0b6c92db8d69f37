import Consent
import Scan

func take(
    _ files: [(name: String, count: Int)], _ grant: consuming GeometryGrant
) throws(ScanFault) -> ScanSet {
    try ScanSet(files, under: grant) { _, _ throws(ScanFault) in }
}
