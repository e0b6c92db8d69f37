import Control
import Curl
import JOSE

/// The station said no.
struct RefusedByStation: Error {
    let refusal: Refusal

    init(_ refusal: Refusal) { self.refusal = refusal }
    init(_ code: String, _ line: String, hint: String? = nil) { refusal = Refusal(code, line, hint: hint) }
}
