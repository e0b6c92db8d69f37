import BundleFormat
import Consent

extension ClinicFolder {
    /// Applies the notices that stations sent to the consents they name: the store checked who signed them.
    ///
    /// - Returns: how many consents changed.
    @discardableResult
    package func takeNotices(at now: Int64) throws(ClinicError) -> Int {
        try alone { () throws(ClinicError) in
            var changed = 0
            for station in try names("notices") {
                for name in try names("notices/\(station)") where name.hasSuffix(".txt") {
                    if try take(notice: "notices/\(station)/\(name)") { changed += 1 }
                }
            }
            if changed > 0 { try signListAlone(at: now) }
            return changed
        }
    }

    private func take(notice file: String) throws(ClinicError) -> Bool {
        let text = try read(file, bound: 4096)
        guard let notice = try? Notice(parsing: text) else { throw .damaged(file) }
        let state = "consents/\(notice.consent.hex)/state.json"
        guard exists(state) else { return false }
        let old = try ConsentRecord(parsing: try read(state), file: state)
        var new = old
        for place in new.entries.indices {
            let isCare = [ConsentRecord.whole, Purpose.care.rawValue].contains(new.entries[place].name)
            // Restricted means that care goes on and nothing else does.
            if notice.act == .withdrawn || !isCare { new.entries[place].value = .invalid }
        }
        guard new != old else { return false }
        try put(new)
        return true
    }
}
