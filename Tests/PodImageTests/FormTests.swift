import Foundation
import Testing

@testable import PodImage

@Suite struct `An image signed by another tool` {
    private let bare = Form(flags: 0x1021, start: [])

    @Test func `may have every form that the chip reads`() throws {
        let (signer, draft) = (try Signer(), try Draft())
        let forms = [
            Form(), bare, Form(flags: 0x1021), Form(isAbsolute: true), Form(ends: [80, 256, 512]),
            Form(isAbsolute: true, ends: [4, 512]), Form(more: 1), Form(start: [0x02FE, 7] + Form().start),
            Form(start: [0x0203, 0x1000_0000, 0x0444, 0x1000_0201, 0x2000_0C00, 0x2000_0000]),
        ]
        for form in forms {
            let image = try SignedImage(signer.signed(draft, form))
            #expect(try image.key == signer.publicKey() && image.version == nil)
        }
        for count in [1, 8] { _ = try SignedImage(signer.signed(draft, digest: count)) }
    }

    @Test func `may have a third block that was turned off, and a signature in the first`() throws {
        let signer = try Signer()
        var draft = try Draft()
        draft.add([0x017E])
        _ = try SignedImage(signer.signed(draft, Form(ends: [517]), behind: 512))
        // The only block may hold everything where the chip still finds it.
        draft = try Draft()
        draft[Vector.first] = 0
        let items = Form().items()
        let block = Draft.block(Form().unsigned(), link: 0)
        var alone = Draft(draft.words + block)
        let hashed = alone.image.bytes.prefix((512 + 1 + items.count) * 4)
        let signature = try signer.publicKey() + signer.signature(Array(hashed))
        for (byte, value) in signature.enumerated() {
            alone[512 + 2 + items.count + byte / 4] |= UInt32(value) << (byte % 4 * 8)
        }
        _ = try SignedImage(alone.image)
    }

    @Test func `is refused with what the chip would stumble over`() throws {
        func refusal(_ form: Form) throws -> SignedImageError? {
            var draft = try Draft()
            draft.add(form.unsigned())
            return draft.refusal
        }
        // Rows of one-time memory, none of which is named.
        #expect(try refusal(Form(start: [0x0100_0348, 1 << 16, 0x0049_0001] + Form().start)) == .rollback)
        #expect(try refusal(Form(start: [])) == .missing(.vectorTable))
        #expect(try refusal(Form(start: [0x0203, 0x1000_0000])) == .missing(.entryPoint))
        // Behind what is hashed.
        #expect(try refusal(Form(late: [0x017E])) == .hashed(13))
        #expect(try refusal(Form(late: [0x0203, 0x1000_0000])) == .item(3))
        #expect(try refusal(Form(tail: [0x017E])) == .hashed(13))
        #expect(try refusal(Form(ends: [])) == .uncovered(0x1000_0000))
        #expect(try refusal(Form(ends: [256, 256, 512])) == .uncovered(0x1000_0400))
        // 96 words are the most that a definition has; this one has a word more.
        #expect(try refusal(Form(tail: [0x2F7E] + [UInt32](repeating: 0, count: 46))) == .hashed(13))
        #expect(try refusal(Form(tail: [0x307E] + [UInt32](repeating: 0, count: 47))) == .block(at: 2048))
        #expect(try refusal(Form(tail: [0x0A4B] + [UInt32](repeating: 0, count: 9))) == .item(0x4B))
        // A key of zeros.
        #expect(try refusal(Form()) == .key)
    }

    @Test func `is refused with another hash than its own`() throws {
        let signer = try Signer()
        var draft = Draft(try signer.signed(Draft(), digest: 8).words)
        draft[Vector.second + 14 + 33 + 2] ^= 1
        #expect(draft.refusal == .hashValue)
    }

    @Test func `has one signature, and at most four blocks`() throws {
        var draft = try Draft()
        draft.add(Form().unsigned())
        let third = draft.words.count
        draft.add(Form(ends: [third]).unsigned(at: third), behind: 512)
        #expect(draft.refusal == .signatures)
        draft = try Draft()
        for (place, before) in [80, 512, 517, 522].enumerated() {
            draft.add([0x017E], behind: before)
            #expect(draft.refusal == (place == 3 ? .loop : .missing(.signature)))
        }
        // A block inside another: in the signature's own words.
        draft = try Draft()
        draft.add(bare.unsigned())
        let inner = Draft.block([0x017E], link: (80 - 528) * 4)
        for (number, word) in inner.enumerated() { draft[528 + number] = word }
        draft[512 + 1 + 40 + 1] = 16 * 4
        #expect(draft.refusal == .loop)
    }

    @Test func `says what it is in its first 4 KiB`() throws {
        func refusal(at place: Int) throws -> SignedImageError? {
            var words = try Draft().words + [UInt32](repeating: 0, count: 1024)
            words[Vector.first] = 0
            words.replaceSubrange(place..<place + 5, with: Draft.block([0x1021_0142], link: 0))
            return Draft(words).refusal
        }
        #expect(try refusal(at: 1024 - 5) == .missing(.signature))
        #expect(try refusal(at: 1024 - 4) == .unmarked)
        #expect(try refusal(at: 1024) == .unmarked)
        #expect(PodImageTests.refusal(FlashImage(pages: [])) == .unmarked)
        #expect(Draft([UInt32](repeating: Draft.header, count: 64)).refusal == .block(at: 0))
    }

    @Test func `says in one line why it is refused`() {
        let errors: [SignedImageError] = [
            .unmarked, .block(at: 1), .link(at: 1), .loop, .kind(at: 1, 2), .type(1), .item(1), .rollback,
            .missing(.signature), .missing(.vectorTable), .signatures, .cleared(1), .copied(1), .uncovered(1),
            .hashed(1), .hashValue, .vectors(1), .entry(1), .stack(1), .rest(at: 1), .key, .signature, .library,
        ]
        #expect(errors.allSatisfy { !"\($0)".contains("\n") && !"\($0)".isEmpty })
        #expect(Set(errors.map { "\($0)" }).count == errors.count)
    }
}
