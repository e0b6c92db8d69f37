import JOSE

/// What a clinic policy says (`obscura-policy+jwt`); by itself only a wish, believed as `ClinicPolicy`.
package struct PolicyClaims: Sendable, Equatable {
    package enum Kind: String, Sendable { case production, demonstration }

    /// Who may sign consent tokens.
    package struct Issuer: Sendable, Equatable {
        package let kid: String
        package let iss: String
        package let key: PublicKey

        package init(kid: String, iss: String, key: PublicKey) { (self.kid, self.iss, self.key) = (kid, iss, key) }
    }

    /// A status list and the key that signs it.
    package struct List: Sendable, Equatable {
        package let uri: String
        package let kid: String
        package let key: PublicKey

        package init(uri: String, kid: String, key: PublicKey) { (self.uri, self.kid, self.key) = (uri, kid, key) }
    }

    /// What a receipt says happened: the store has the bytes, or a key holder opened them.
    package enum ReceiptKind: String, Sendable { case stored, opened }

    package struct ReceiptKey: Sendable, Equatable {
        package let kid: String
        package let kind: ReceiptKind
        package let key: PublicKey

        package init(kid: String, kind: ReceiptKind, key: PublicKey) {
            (self.kid, self.kind, self.key) = (kid, kind, key)
        }
    }

    /// Where bundles go: the name in tickets, the https URL, the PEM of the CA.
    package struct Store: Sendable, Equatable {
        package let name: String
        package let url: String
        package let ca: String

        package init(name: String, url: String, ca: String) { (self.name, self.url, self.ca) = (name, url, ca) }
    }

    package struct Station: Sendable, Equatable {
        package enum Keys: String, Sendable { case tpm, software }
        /// `replaced`: by the approved station of the same name, which delivers what this key signed.
        package enum State: String, Sendable { case approved, lost, replaced }

        package let name: String
        /// Fingerprint of the station's identity key.
        package let key: Fingerprint
        package let keys: Keys
        package let state: State

        package init(name: String, key: Fingerprint, keys: Keys, state: State) {
            (self.name, self.key, self.keys, self.state) = (name, key, keys, state)
        }
    }

    package var iss: String
    /// Rises with every policy; at least 1.
    package var version: Int64
    /// Seconds since 1970.
    package var issuedAt: Int64
    package var kind: Kind
    package var root: PublicKey
    package var issuers: [Issuer] = []
    package var lists: [List] = []
    package var receipts: [ReceiptKey] = []
    package var store: Store
    /// SHA-256 in hex of notices under which no consent is taken any more.
    package var retiredNotices: [String] = []
    package var stations: [Station] = []
    /// Models of cameras that stations may use: USB vendor and product as `vvvv:pppp`, or the driver's name for what is
    /// no USB device; empty means any. Which device of the model it is, the station's administrator says.
    package var cameras: [String] = []
    /// The rules of body sites; `SiteRule.unnamed` for all others.
    package var sites: [Site] = []
    /// Who can give a station its state key back: age recipients (`age1pq1…`). None: nobody can.
    package var recovery: [String] = []
    /// Days that a bundle stays on the station after a `stored` receipt.
    package var keepDays: Int64 = 7
    /// Least minutes between the notice and the consent.
    package var noticeMinutes: Int64 = 0

    package init(iss: String, version: Int64, issuedAt: Int64, kind: Kind, root: PublicKey, store: Store) {
        self.iss = iss
        self.version = version
        self.issuedAt = issuedAt
        self.kind = kind
        self.root = root
        self.store = store
    }
}
