import AEAD
import KeyLink
import LockedMemory
import Testing

@Suite struct `A message between capture and keys` {
    static let requests: [(KeyRequest, [UInt8])] = [
        (.identify, [1]), (.mix([UInt8](repeating: 7, count: 32)), [2] + [UInt8](repeating: 7, count: 32)),
        (.stateKey, [3]), (.epoch, [4]), (.raiseEpoch, [5]), (.sign(.manifest, [0x6f]), [6, 1, 0x6f]),
        (.sign(.enrolment, [0x6f]), [6, 6, 0x6f]), (.sign(.recovery, [0x6f]), [6, 7, 0x6f]),
        (.bind([UInt8](repeating: 8, count: 64)), [7] + [UInt8](repeating: 8, count: 64)), (.firmware, [8]),
        (.approve([UInt8](repeating: 9, count: 64)), [9] + [UInt8](repeating: 9, count: 64)), (.renew, [10]),
        (.adopt([UInt8](repeating: 3, count: 32)), [11] + [UInt8](repeating: 3, count: 32)),
    ]

    static let refusals: [KeyRefusal] = [
        .absent, .lockedOut, .otherDevice, .stateKeySealedAway, .busy, .device(0x921), .malformed, .document(line: 3),
        .otherStation, .otherHolder, .epoch(.max), .sequence(last: 12), .storage, .otherClinic, .notApproved,
        .notStranded,
    ]

    @Test func `has one encoding for each request`() throws {
        for (request, bytes) in Self.requests {
            #expect(request.encoded == bytes)
            #expect(try KeyRequest(parsing: bytes.span) == request)
        }
    }

    @Test func `is refused when it is longer, shorter or of no known kind`() {
        for (_, bytes) in Self.requests {
            let cut = Array(bytes.dropLast())
            #expect(throws: KeyProtocolError.self) { try KeyRequest(parsing: cut.span) }
        }
        for (request, bytes) in Self.requests {
            if case .sign = request { continue }
            let long = bytes + [0]
            #expect(throws: KeyProtocolError.length(long.count)) { try KeyRequest(parsing: long.span) }
        }
        let unknown: [UInt8] = [12]
        #expect(throws: KeyProtocolError.kind(12)) { try KeyRequest(parsing: unknown.span) }
        let unknownDocument: [UInt8] = [6, 8, 0]
        #expect(throws: KeyProtocolError.documentKind(8)) { try KeyRequest(parsing: unknownDocument.span) }
        let large = [6, 1] + [UInt8](repeating: 0, count: KeyRequest.documentBound + 1)
        #expect(throws: KeyProtocolError.length(large.count)) { try KeyRequest(parsing: large.span) }
    }

    @Test func `carries every refusal there and back`() throws {
        for refusal in Self.refusals {
            let message = try encoding(.refused(refusal))
            #expect(message.count == 10)
            #expect(try self.refusal(in: message) == refusal)
        }
    }

    @Test func `carries the station key there and back`() throws {
        let key = try StationKey(holder: .software, name: "derm-03", point: Array(0..<64))
        #expect(key.publicKey.count == 91)
        #expect(try stationKey(in: encoding(.identity(key))) == key)
    }

    private func encoding(_ reply: consuming KeyReply) throws -> [UInt8] {
        let message = try reply.encoded()
        return array(message.span)
    }

    private func refusal(in message: [UInt8]) throws -> KeyRefusal? {
        let reply = try KeyReply(parsing: message.span)
        return reply.refusal
    }

    private func stationKey(in message: [UInt8]) throws -> StationKey? {
        let reply = try KeyReply(parsing: message.span)
        switch reply {
        case .identity(let key): return key
        default: return nil
        }
    }

    static let integers: [([UInt8], [UInt8])] = [
        ([UInt8](repeating: 0, count: 31) + [1], [0x02, 0x01, 0x01]),
        ([UInt8](repeating: 0, count: 31) + [0x80], [0x02, 0x02, 0x00, 0x80]),
        ([0x7f] + [UInt8](repeating: 0xff, count: 31), [0x02, 0x20, 0x7f] + [UInt8](repeating: 0xff, count: 31)),
        ([UInt8](repeating: 0xff, count: 32), [0x02, 0x21, 0x00] + [UInt8](repeating: 0xff, count: 32)),
    ]

    @Test(arguments: integers) func `writes each number of a signature in its shortest form`(
        number: [UInt8], encoded: [UInt8]
    ) throws {
        let signature = try StationSignature(raw: number + number)
        #expect(signature.der == [0x30, UInt8(2 * encoded.count)] + encoded + encoded)
    }
}
