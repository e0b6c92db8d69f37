import Hex
import JOSE

extension PolicyClaims {
    static let bound = 256 * 1024

    /// Reads the payload of a policy; an unknown member is refused by its path.
    init(parsing payload: [UInt8]) throws(JOSEError) {
        var reader = try ObjectReader(parsing: payload, bound: Self.bound)
        var store = try reader.object("store")
        self.init(
            iss: try reader.text("iss"), version: try reader.integer("version", in: 1...JSON.largestInteger),
            issuedAt: try reader.time("iat"), kind: try reader.choice("kind"), root: try reader.key("root"),
            store: Store(name: try store.name("name"), url: try store.text("url"), ca: try store.text("ca")))
        try store.finish()
        guard self.store.url.hasPrefix("https://") else { throw .invalid("store.url") }
        for var entry in try reader.objects("issuers") {
            issuers.append(
                Issuer(kid: try entry.text("kid"), iss: try entry.text("iss"), key: try entry.key("key")))
            try entry.finish()
        }
        for var entry in try reader.objects("lists") {
            lists.append(List(uri: try entry.text("uri"), kid: try entry.text("kid"), key: try entry.key("key")))
            try entry.finish()
        }
        for var entry in try reader.objects("receipts") {
            receipts.append(
                ReceiptKey(kid: try entry.text("kid"), kind: try entry.choice("kind"), key: try entry.key("key")))
            try entry.finish()
        }
        retiredNotices = try reader.strings("notices_retired")
        for notice in retiredNotices { _ = try Hex.decode(notice, count: 32) }
        for var entry in try reader.objects("stations") {
            stations.append(
                Station(
                    name: try entry.name("name"), key: try Fingerprint(hex: entry.string("key")),
                    keys: try entry.choice("keys"), state: try entry.choice("state")))
            try entry.finish()
        }
        cameras = try reader.strings("cameras")
        if reader.optional("sites") != nil {
            for var entry in try reader.objects("sites") { sites.append(try Site(reading: &entry)) }
        }
        guard sites.count <= Self.mostSites else { throw .invalid("sites") }
        if reader.optional("recovery") != nil { recovery = try reader.strings("recovery") }
        guard recovery.count <= 8, recovery.allSatisfy({ $0.hasPrefix("age1pq1") && $0.utf8.count < 4096 }) else {
            throw .invalid("recovery")
        }
        for model in cameras where !Self.isModel(model) { throw .invalid("cameras") }
        keepDays = try reader.integer("keep_days", in: 0...3650)
        noticeMinutes = try reader.integer("notice_minutes", in: 0...525_600)
        try reader.finish()
        try refuseDoubles()
    }

    /// `a-z`, `0-9`, `-`, `_`, `.` and `:`, 1 to 32 bytes: USB ids or a driver's name.
    private static func isModel(_ text: String) -> Bool {
        let alphabet = Set("abcdefghijklmnopqrstuvwxyz0123456789-_.:".utf8)
        return (1...32).contains(text.utf8.count) && text.utf8.allSatisfy(alphabet.contains)
    }

    /// A name that stands twice would let the order of a list decide what is believed.
    private func refuseDoubles() throws(JOSEError) {
        func check(_ names: [String], _ path: String) throws(JOSEError) {
            guard Set(names.map { Array($0.utf8) }).count == names.count else { throw .invalid(path) }
        }
        try check(issuers.map(\.kid), "issuers")
        try check(lists.map(\.uri), "lists")
        try check(receipts.map(\.kid), "receipts")
        try check(cameras, "cameras")
        try check(sites.map(\.code), "sites")
        try check(stations.map(\.key.hex), "stations")
        try check(stations.filter { $0.state == .approved }.map(\.name), "stations")
    }

    /// The payload of the policy: canonical JSON.
    package var payload: [UInt8] {
        var object: JSONObject = [
            "iss": .string(iss), "version": .integer(version), "iat": .integer(issuedAt),
            "kind": .string(kind.rawValue), "root": .string(root.base64url),
            "issuers": .array(
                issuers.map {
                    .object(["kid": .string($0.kid), "iss": .string($0.iss), "key": .string($0.key.base64url)])
                }),
            "lists": .array(
                lists.map {
                    .object(["uri": .string($0.uri), "kid": .string($0.kid), "key": .string($0.key.base64url)])
                }),
            "receipts": .array(
                receipts.map {
                    let kind = $0.kind.rawValue
                    return .object([
                        "kid": .string($0.kid), "kind": .string(kind), "key": .string($0.key.base64url),
                    ])
                }),
            "store": .object(["name": .string(store.name), "url": .string(store.url), "ca": .string(store.ca)]),
            "notices_retired": .strings(retiredNotices),
            "stations": .array(stations.map { .object($0.object) }), "cameras": .strings(cameras),
            "keep_days": .integer(keepDays), "notice_minutes": .integer(noticeMinutes),
        ]
        if !sites.isEmpty { object.set("sites", .array(sites.map { .object($0.object) })) }
        if !recovery.isEmpty { object.set("recovery", .strings(recovery)) }
        return object.canonical
    }
}

extension PolicyClaims.Station {
    var object: JSONObject {
        [
            "name": .string(name), "key": .string(key.hex), "keys": .string(keys.rawValue),
            "state": .string(state.rawValue),
        ]
    }
}

extension ObjectReader {
    /// A text that is not empty.
    mutating func text(_ key: String) throws(JOSEError) -> String {
        let text = try string(key)
        guard !text.isEmpty else { throw .invalid(path(key)) }
        return text
    }

    /// The name of a station or store: `a-z`, `0-9`, `-`, 1 to 32 bytes.
    mutating func name(_ key: String) throws(JOSEError) -> String {
        let name = try string(key)
        let alphabet = Set("abcdefghijklmnopqrstuvwxyz0123456789-".utf8)
        guard (1...32).contains(name.utf8.count), name.utf8.allSatisfy(alphabet.contains) else {
            throw .invalid(path(key))
        }
        return name
    }

    mutating func integer(_ key: String, in range: ClosedRange<Int64>) throws(JOSEError) -> Int64 {
        let number = try integer(key)
        guard range.contains(number) else { throw .invalid(path(key)) }
        return number
    }

    /// Seconds since 1970, up to the year 9999.
    mutating func time(_ key: String) throws(JOSEError) -> Int64 { try integer(key, in: 0...253_402_300_799) }

    mutating func choice<C: RawRepresentable<String>>(_ key: String) throws(JOSEError) -> C {
        guard let choice = C(rawValue: try string(key)) else { throw .invalid(path(key)) }
        return choice
    }

    mutating func key(_ key: String) throws(JOSEError) -> PublicKey {
        do { return try PublicKey(base64url: string(key)) } catch .key, .base64url { throw .invalid(path(key)) }
    }
}
