import Crypto
import JOSE

/// What the clinic's root says to one station that it knows again (`obscura-recovery+jwt`).
///
/// It holds for one value of the TPM's counter, which the next session raises: nobody can say it a second time.
package struct RecoveryWord: Sendable, Equatable {
    package static let type = "obscura-recovery+jwt"
    package static let bound = 16 * 1024

    /// The station's name.
    package let station: String
    /// Its present key.
    package let key: Fingerprint
    /// The key it had on another TPM; nil where the TPM is the same.
    package let former: Fingerprint?
    /// The TPM's counter as the station told it.
    package let epoch: Int64
    /// No number below this is given to a shot where the disk may be an old one.
    package let sequence: Int64
    /// The root's signature (r, s; 64 bytes) over the policy digest of PCR 7 and the present key's fingerprint.
    package let approval: [UInt8]
    /// The old state key as `StateKeyReturn`; empty where the TPM still has it.
    package let stateKey: [UInt8]
    /// Seconds since 1970.
    package let issuedAt: Int64

    package init(
        station: String, key: Fingerprint, former: Fingerprint?, epoch: Int64, sequence: Int64, approval: [UInt8],
        stateKey: [UInt8], issuedAt: Int64
    ) {
        self.station = station
        self.key = key
        self.former = former
        self.epoch = epoch
        self.sequence = sequence
        self.approval = approval
        self.stateKey = stateKey
        self.issuedAt = issuedAt
    }

    /// Believes a word whose carried root is the pinned one and that the root signed.
    package init(verifying bytes: [UInt8], pinnedRoot: Fingerprint) throws(PolicyError) {
        self = try reading { () throws(JOSEError) in
            let jws = try CompactJWS(parsing: bytes, bound: Self.bound)
            guard jws.kid == ClinicPolicy.rootKid else { throw .invalid("kid") }
            return try RecoveryWord(parsing: jws.payload(carryingKey: "root", pinned: pinnedRoot, type: Self.type))
        }
    }

    init(parsing payload: [UInt8]) throws(JOSEError) {
        var reader = try ObjectReader(parsing: payload, bound: Self.bound)
        _ = try reader.key("root")
        station = try reader.name("station")
        key = try Fingerprint(hex: reader.string("key"))
        let former = try reader.string("former")
        self.former = former.isEmpty ? nil : try Fingerprint(hex: former)
        epoch = try reader.integer("epoch", in: 0...JSON.largestInteger)
        sequence = try reader.integer("seq", in: 1...999_999_999_999)
        approval = try Base64URL.decode(reader.string("approval"))
        stateKey = try Base64URL.decode(reader.string("state_key"))
        issuedAt = try reader.time("iat")
        try reader.finish()
        guard approval.count == 64 else { throw .invalid("approval") }
        guard stateKey.isEmpty || stateKey.count == StateKeyReturn.count else { throw .invalid("state_key") }
    }

    /// Canonical JSON.
    func payload(root: PublicKey) -> [UInt8] {
        let object: JSONObject = [
            "root": .string(root.base64url), "station": .string(station), "key": .string(key.hex),
            "former": .string(former?.hex ?? ""), "epoch": .integer(epoch), "seq": .integer(sequence),
            "approval": .string(Base64URL.encode(approval)), "state_key": .string(Base64URL.encode(stateKey)),
            "iat": .integer(issuedAt),
        ]
        return object.canonical
    }

    /// Signs a word: the clinic's side.
    package func signed(by root: P256.Signing.PrivateKey) throws -> [UInt8] {
        try CompactJWS.sign(
            type: Self.type, kid: ClinicPolicy.rootKid, payload: payload(root: PublicKey(root.publicKey)), key: root)
    }
}

/// The file that an administrator carries from a station to the clinic: a signed statement and what it speaks of.
package struct RecoveryFile: Sendable, Equatable {
    package static let bound = 64 * 1024

    /// `obscura-recovery/1`.
    package let statement: [UInt8]
    /// By the station's present key, DER.
    package let signature: [UInt8]
    /// The present key's SubjectPublicKeyInfo in PEM.
    package let key: [UInt8]
    /// The X-Wing key (1216 bytes) that the old state key is to be sealed to; empty where the TPM still has it.
    package let recipient: [UInt8]
    /// The old state key as it was sealed to the clinic, an age file; empty where the TPM still has it.
    package let escrow: [UInt8]

    package init(statement: [UInt8], signature: [UInt8], key: [UInt8], recipient: [UInt8], escrow: [UInt8]) {
        self.statement = statement
        self.signature = signature
        self.key = key
        self.recipient = recipient
        self.escrow = escrow
    }

    package init(parsing bytes: [UInt8]) throws(PolicyError) {
        self = try reading { () throws(JOSEError) in
            var reader = try ObjectReader(parsing: bytes, bound: Self.bound)
            let file = RecoveryFile(
                statement: Array(try reader.string("statement").utf8),
                signature: try Base64URL.decode(reader.string("signature")), key: Array(try reader.string("key").utf8),
                recipient: try Base64URL.decode(reader.string("recipient")),
                escrow: try Base64URL.decode(reader.string("escrow")))
            try reader.finish()
            return file
        }
    }

    package var object: JSONObject {
        [
            "statement": .string(String(decoding: statement, as: UTF8.self)),
            "signature": .string(Base64URL.encode(signature)), "key": .string(String(decoding: key, as: UTF8.self)),
            "recipient": .string(Base64URL.encode(recipient)), "escrow": .string(Base64URL.encode(escrow)),
        ]
    }
}
