import Policy

/// What a store needs from the clinic that runs it. It holds no identity and no key but its TLS key.
package struct StoreConfiguration: Sendable {
    /// The clinic's folder; `store`, `uploads`, `enrolments`, `tombstones` and `notices` are made inside it.
    package var folder: String
    /// PEM of the server's certificate and its chain.
    package var certificates: [UInt8]
    /// PEM of the server's private key.
    package var privateKey: [UInt8]
    package var address: String
    /// 0 takes a free one; `listening` tells which.
    package var port: Int
    /// The largest bundle taken, bytes.
    package var largestBundle: Int
    /// The policy in force. Asked at every request, so that a station declared lost is refused at once.
    package var policy: @Sendable () throws -> ClinicPolicy
    /// The signed status list of this number, nil where there is none.
    package var list: @Sendable (Int) throws -> [UInt8]?
    /// Signs a receipt; the result is a JWS in compact form.
    package var signReceipt: @Sendable (ReceiptClaims) throws -> [UInt8]
    /// Seconds since 1970.
    package var now: @Sendable () -> Int64
    /// Called once with the port when connections are taken.
    package var listening: @Sendable (Int) -> Void

    package init(
        folder: String, certificates: [UInt8], privateKey: [UInt8], address: String, port: Int,
        largestBundle: Int = 4 << 30, policy: @escaping @Sendable () throws -> ClinicPolicy,
        list: @escaping @Sendable (Int) throws -> [UInt8]?,
        signReceipt: @escaping @Sendable (ReceiptClaims) throws -> [UInt8],
        now: @escaping @Sendable () -> Int64, listening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.folder = folder
        self.certificates = certificates
        self.privateKey = privateKey
        self.address = address
        self.port = port
        self.largestBundle = largestBundle
        self.policy = policy
        self.list = list
        self.signReceipt = signReceipt
        self.now = now
        self.listening = listening
    }
}
