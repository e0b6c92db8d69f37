import BundleFormat
import ForwardLink
import JOSE

/// Where the clinic's store is, as capture read it from the verified policy (`store.json`).
struct StoreAddress: Equatable {
    let name: String
    /// `https://host:port`, no slash at the end.
    let url: String
    /// PEM of the only authority trusted.
    let authority: [UInt8]

    init(parsing bytes: [UInt8]) throws(ForwardFault) {
        do {
            var reader = try ObjectReader(parsing: bytes, bound: 65536)
            name = try reader.string("name")
            var url = try reader.string("url")
            authority = Array(try reader.string("ca").utf8)
            try reader.finish()
            if url.hasSuffix("/") { url.removeLast() }
            self.url = url
        } catch { throw .noStore }
        guard url.hasPrefix("https://"), url.utf8.count > 8 else { throw .noStore }
    }

    /// Whether an address is the store's own: only there may the ticket be shown.
    func owns(_ address: String) -> Bool { address.hasPrefix(url + "/") }
}

/// The status lists to fetch (`lists.json`): `{"lists":["https://…"]}`, at most 64.
func parseLists(_ bytes: [UInt8]) throws(ForwardFault) -> [String] {
    do {
        var reader = try ObjectReader(parsing: bytes, bound: 65536)
        let lists = try reader.strings("lists")
        try reader.finish()
        guard lists.count <= 64, lists.allSatisfy({ $0.hasPrefix("https://") }) else { throw ForwardFault.outbox }
        return lists
    } catch { throw .outbox }
}

/// RFC 4648 section 4, padded: what structured HTTP fields use.
func base64(_ bytes: [UInt8]) -> String {
    var text = Base64URL.encode(bytes).map { character -> Character in
        switch character {
        case "-": "+"
        case "_": "/"
        default: character
        }
    }
    while text.count % 4 != 0 { text.append("=") }
    return String(text)
}
