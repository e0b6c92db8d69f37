// error: initializer is inaccessible due to 'internal' protection level
import BundleFormat
import LockedMemory
import Scan

func forge(_ name: ScanName, _ anyone: RecipientText, _ bytes: consuming LockedBytes) -> ScanFile {
    ScanFile(name, for: anyone, bytes)
}
