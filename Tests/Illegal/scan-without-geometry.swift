// error: missing argument for parameter 'under' in call
import Scan

func take(_ files: [(name: String, count: Int)]) throws(ScanFault) -> ScanSet {
    try ScanSet(files) { _, _ throws(ScanFault) in }
}
