import Testing

@testable import JOSE

private func parse(_ text: String) throws(JOSEError) -> JSON { try JSON(parsing: Array(text.utf8), bound: 4096) }

private func fault(_ bytes: [UInt8]) -> JSONFault? {
    do {
        _ = try JSON(parsing: bytes, bound: 4096)
        return nil
    } catch {
        guard case .json(let fault, _) = error else { return nil }
        return fault
    }
}

@Suite struct `A JSON text` {
    @Test func `becomes its value`() throws {
        let value = try parse(#" {"a":[1,-2,true,false,null],"b":{"c":"\u00e9\ud83d\ude00\n\/"}} "#)
        let expected: JSONObject = [
            "a": .array([.integer(1), .integer(-2), .bool(true), .bool(false), .null]),
            "b": .object(["c": .string("é😀\n/")]),
        ]
        #expect(value == .object(expected))
    }

    @Test(
        arguments: [
            (#"{"a":1,"a":2}"#, JSONFault.duplicateKey("a")), (#"{"a":1,"\u0061":2}"#, .duplicateKey("a")),
            ("1.0", .number), ("1e3", .number), ("1E3", .number), ("-0", .number), ("01", .number), ("-", .number),
            ("9007199254740992", .number), ("99999999999999999999999999", .number),
            (#""\ud800""#, .loneSurrogate), (#""\udc00""#, .loneSurrogate), (#""\ud800\u0041""#, .loneSurrogate),
            (#""\x""#, .escape), (#""\u12g4""#, .escape), ("\"\u{01}\"", .controlCharacter),
            ("\"a\nb\"", .controlCharacter),
            ("{} ", nil), ("{}x", .trailingBytes), ("{}{}", .trailingBytes), ("", .unexpectedEnd),
            ("[1,", .unexpectedEnd),
            ("[1,]", .unexpectedByte), (#"{"a":1,}"#, .unexpectedByte), ("{a:1}", .unexpectedByte),
            ("nul", .unexpectedEnd),
            ("nulL", .unexpectedByte), ("'a'", .unexpectedByte), ("\u{FEFF}{}", .unexpectedByte),
            ("NaN", .unexpectedByte),
            ("[1 2]", .unexpectedByte), ("\"a", .unexpectedEnd), ("/**/1", .unexpectedByte),
        ] as [(String, JSONFault?)])
    func `outside the profile is refused`(text: String, expected: JSONFault?) {
        #expect(fault(Array(text.utf8)) == expected)
    }

    @Test(
        arguments: [[0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82], [0x80]] as [[UInt8]])
    func `with bytes that are not UTF-8 is refused`(bytes: [UInt8]) {
        #expect(fault([0x22] + bytes + [0x22]) == .notUTF8)
    }

    @Test func `is read sixteen levels deep and no deeper`() {
        #expect(fault(Array((String(repeating: "[", count: 16) + String(repeating: "]", count: 16)).utf8)) == nil)
        #expect(fault(Array(String(repeating: "[", count: 4000).utf8)) == .depth)
    }

    @Test func `over the bound is not looked at`() {
        #expect(throws: JOSEError.size(3, bound: 2)) { try JSON(parsing: Array("{]}".utf8), bound: 2) }
    }

    @Test func `has one canonical form, as RFC 8785 section 3.2.3 sorts it`() throws {
        // The RFC's own example, with its strings in place.
        let text =
            #"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew","1":"One","\ud83d\ude00":"Smiley","#
            + #""\u0080":"Control","\u00f6":"O with diaeresis"}"#
        let canonical = String(decoding: try parse(text).canonical, as: UTF8.self)
        let sorted =
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"\u{F6}\":\"O with diaeresis\","
            + "\"\u{20AC}\":\"Euro Sign\",\"\u{1F600}\":\"Smiley\",\"\u{FB33}\":\"Hebrew\"}"
        #expect(canonical.utf8.elementsEqual(sorted.utf8))
        #expect(try parse(canonical).canonical == Array(canonical.utf8))
    }

    @Test func `keeps keys apart that Unicode calls equal`() throws {
        guard case .object(let object) = try parse(#"{"\u212a":1,"K":2}"#) else { Issue.record("no object"); return }
        #expect(object["K"] == .integer(2))
        #expect(object.members.count == 2)
    }
}

@Suite struct `An object reader` {
    @Test func `names the member that is unknown, missing or of the wrong type by its path`() throws {
        var reader = try ObjectReader(parsing: Array(#"{"a":{"b":1,"z":2},"l":[{"n":"x"},{}]}"#.utf8), bound: 100)
        var inner = try reader.object("a")
        #expect(throws: JOSEError.invalid("a.b")) { try inner.string("b") }
        #expect(throws: JOSEError.unknownMember("a.z")) { try inner.finish() }
        #expect(throws: JOSEError.missing("c")) { try reader.value("c") }
        var entries = try reader.objects("l")
        #expect(throws: JOSEError.missing("l[1].n")) { try entries[1].string("n") }
        try reader.finish()
    }
}
