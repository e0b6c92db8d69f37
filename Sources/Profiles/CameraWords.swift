import Camera
import Consent
import Pixels
import V4L2

/// What configuration and profiles say in the same words.
extension TableReader {
    /// A text without control characters, not empty.
    ///
    /// - Parameter bound: bytes that it may have.
    mutating func plain(_ name: String, upTo bound: Int) throws(TableFault) -> String {
        try plain(try required(name), in: name, upTo: bound)
    }

    func plain(_ text: String, in name: String, upTo bound: Int) throws(TableFault) -> String {
        guard (1...bound).contains(text.utf8.count),
            text.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 })
        else { throw .invalid(key(name), "must have 1 to \(bound) bytes and no control character") }
        return text
    }

    /// What the configuration calls a device: letters, digits, `-` and `_`, 1 to 48 bytes. It stands in paths of the
    /// station's API.
    package func deviceName(_ name: String, of kind: String) throws(TableFault) -> String {
        let alphabet = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_".utf8)
        guard (1...48).contains(name.utf8.count), name.utf8.allSatisfy(alphabet.contains) else {
            throw .invalid("\(kind).\(name)", "may be called by 1 to 48 letters, digits, - and _")
        }
        return name
    }

    /// A profile's name: `a-z`, `0-9`, `-`, 1 to 48 bytes.
    mutating func profileName(_ name: String) throws(TableFault) -> String {
        let text = try required(name)
        let alphabet = Set("abcdefghijklmnopqrstuvwxyz0123456789-".utf8)
        guard (1...48).contains(text.utf8.count), text.utf8.allSatisfy(alphabet.contains) else {
            throw .invalid(key(name), "may have 1 to 48 of a-z, 0-9 and -")
        }
        return text
    }

    mutating func optionalChoice<C: RawRepresentable<String>>(_ name: String) throws(TableFault) -> C? {
        guard let text = try string(name) else { return nil }
        guard let choice = C(rawValue: text) else { throw .invalid(key(name), "cannot be \"\(text.prefix(32))\"") }
        return choice
    }

    mutating func choice<C: RawRepresentable<String>>(_ name: String) throws(TableFault) -> C {
        guard let choice: C = try optionalChoice(name) else { throw .missing(key(name)) }
        return choice
    }

    mutating func modalities(_ name: String) throws(TableFault) -> [Modality]? {
        guard let texts = try strings(name) else { return nil }
        var modalities: [Modality] = []
        for text in texts {
            do { modalities.append(try Modality(parsing: text)) } catch {
                throw .invalid(key(name), "must hold DICOM modality codes")
            }
        }
        guard (1...16).contains(modalities.count) else { throw .invalid(key(name), "must hold DICOM modality codes") }
        return modalities
    }

    /// WIDTHxHEIGHT in pixels, each 1 to 16384.
    mutating func size(_ name: String) throws(TableFault) -> (width: Int, height: Int)? {
        guard let text = try string(name) else { return nil }
        let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard sides.count == 2, let width = sides[0], let height = sides[1], (1...16384).contains(width),
            (1...16384).contains(height)
        else { throw .invalid(key(name), "must be WIDTHxHEIGHT") }
        return (width, height)
    }
}

extension CameraProfile.Stream {
    /// `format`, `size` and perhaps `rate` of a table; nil where it has no format.
    package init?(reading table: inout TableReader) throws(TableFault) {
        guard let text = try table.string("format") else { return nil }
        let own = PixelFormat.allCases.first { $0.rawValue.trimmed == text }
        // Any other format only by this word: a typing error must not choose one.
        let converted = text.hasPrefix("convert:") ? FourCC(parsing: String(text.dropFirst("convert:".count))) : nil
        guard own != nil || converted != nil else {
            let known = PixelFormat.allCases.map(\.rawValue.trimmed).joined(separator: ", ")
            throw .invalid(table.key("format"), "must be one of \(known), or convert: and another V4L2 code")
        }
        guard let (width, height) = try table.size("size") else { throw .missing(table.key("size")) }
        let rate = try table.integer("rate")
        if let rate {
            guard (1...1000).contains(rate) else { throw .invalid(table.key("rate"), "must lie between 1 and 1000") }
        }
        if let own {
            self.init(format: own, width: width, height: height, rate: rate.map { UInt32($0) })
        } else if let converted {
            self.init(converting: converted, width: width, height: height, rate: rate.map { UInt32($0) })
        } else {
            return nil
        }
    }
}

extension ControlLocks {
    /// The controls of the table `name`, by the names of `v4l2-ctl --list-ctrls` or the driver's own.
    package init(reading table: inout TableReader, _ name: String, whereOffered: Bool) throws(TableFault) {
        self.init()
        guard var controls = try table.table(name) else { return }
        guard controls.names.count <= 64 else { throw .invalid(table.key(name), "holds more than 64 controls") }
        for text in controls.names {
            let control = ControlName(text)
            guard text.utf8.count <= 64, !control.description.isEmpty, self[control] == nil else {
                throw .invalid(controls.key(String(text.prefix(64))), "is no control's name, or stands here twice")
            }
            guard let value = try controls.integer(text), Int32(exactly: value) != nil else {
                throw .invalid(controls.key(text), "must fit in 32 bits")
            }
            set(control, Int64(value), whereOffered: whereOffered)
        }
        try controls.finish()
    }
}

extension String {
    /// Without the spaces at the end that V4L2 fills short format names with.
    fileprivate var trimmed: String { String(reversed().drop { $0 == " " }.reversed()) }
}
