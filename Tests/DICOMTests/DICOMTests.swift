import DICOM
import Foundation
import Testing

@Suite struct `A DICOM object` {
    @Test(arguments: Sample.allCases) func `is read back as it was written`(_ sample: Sample) throws {
        let (bytes, picture) = try sample.picture()
        for kind in [DICOMObject.Kind.photograph, dermoscopy] {
            let whole = try file(try object(kind, picture), bytes)
            let read = try DICOMTests.read(whole)
            #expect(whole.count % 2 == 0)
            #expect(read.picture == picture && read.transferSyntax == picture.transferSyntax)
            #expect(Array(whole[read.fragment].prefix(bytes.count)) == bytes)
            #expect(read.fragment.count - bytes.count == bytes.count % 2)
            #expect(read.text(0x0010, 0x0020) == "pt_7Q2K9M4T" && read.text(0x0010, 0x0010) == "")
            #expect(read.text(0x0008, 0x0018) == "2.25.340282366920938463463374607431768211455")
            #expect(read.text(0x0008, 0x002A) == "20261121080000.000005+0000")
        }
    }

    @Test func `says what became of faces`() throws {
        let (bytes, picture) = try Sample.jpeg420.picture()
        let expected: [(DICOMObject.Faces, String, Bool, String)] = [
            (.overwritten, "NO", true, "DERIVED\\PRIMARY"), (.none, "NO", false, "ORIGINAL\\PRIMARY"),
            (.present, "YES", false, "ORIGINAL\\PRIMARY"),
        ]
        for (faces, recognizable, method, type) in expected {
            let read = try DICOMTests.read(try file(try object(dermoscopy, picture, faces: faces), bytes))
            #expect(read.text(0x0028, 0x0302) == recognizable)
            #expect(read.elements.contains { $0.tag == DICOMTag(0x0012, 0x0064) } == method)
            #expect(read.text(0x0012, 0x0062) == "NO" && read.text(0x0028, 0x0301) == "NO")
            #expect(read.text(0x0008, 0x0008) == type)
        }
    }

    @Test func `says that JPEG is lossy and JPEG-LS is not`() throws {
        let (bytes, picture) = try Sample.jpeg420.picture()
        let lossy = try read(try file(try object(.photograph, picture), bytes))
        #expect(lossy.text(0x0028, 0x2110) == "01" && lossy.text(0x0028, 0x2114) == "ISO_10918_1")
        let hundredths = (15 * 13 * 3 * 100 + bytes.count / 2) / bytes.count
        #expect(
            lossy.text(0x0028, 0x2112) == "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)")
        let (other, grey) = try Sample.losslessGrey12.picture()
        let lossless = try read(try file(try object(.photograph, grey), other))
        #expect(lossless.text(0x0028, 0x2110) == "00" && lossless.text(0x0028, 0x2112) == nil)
    }

    @Test func `writes dates of the Gregorian calendar`() throws {
        #expect(try DICOMTime(seconds: 0).date == "19700101")
        #expect(try DICOMTime(seconds: 951_782_400).date == "20000229")
        #expect(try DICOMTime(seconds: 4_107_542_399).date == "21000228")
        #expect(try DICOMTime(seconds: 4_107_542_400).date == "21000301")
        #expect(try DICOMTime(seconds: 253_402_300_799, microseconds: 999_999).time == "235959.999999")
        #expect(throws: DICOMError.time(-1)) { try DICOMTime(seconds: -1) }
    }

    @Test func `takes no text that would break an element`() throws {
        for text in ["", "a\\b", "a\nb", " a", "a ", String(repeating: "x", count: 65), "a\u{7F}"] {
            #expect(throws: DICOMError.text(text)) { try DICOMText(parsing: text) }
        }
        #expect(DICOMText(cleaning: "A\\b\u{1B}  c ").text == "A?b? c" && DICOMText(cleaning: "  ").text == "unknown")
        for text in ["1", "1.", "1.02", "1.a", "1..2", "", String(repeating: "1.", count: 33) + "1"] {
            #expect(throws: DICOMError.uid(text)) { try DICOMUID(parsing: text) }
        }
    }

    /// Leaves files for dciodvfy, dcmdump and dcmj2pnm, when somebody names a folder for them.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["OBSCURA_DICOM_SAMPLES"] != nil), arguments: Sample.allCases)
    func `is left for the validators`(_ sample: Sample) throws {
        let folder = URL(filePath: try #require(ProcessInfo.processInfo.environment["OBSCURA_DICOM_SAMPLES"]))
        let (bytes, picture) = try sample.picture()
        for (name, kind) in [("XC", DICOMObject.Kind.photograph), ("DMS", dermoscopy)] {
            for faces in [DICOMObject.Faces.overwritten, .none, .present] {
                let whole = try file(try object(kind, picture, faces: faces), bytes)
                try Data(whole).write(to: folder.appending(path: "\(name)-\(sample)-\(faces).dcm"))
            }
        }
    }
}

@Suite struct `Reading DICOM` {
    private func refusal(_ bytes: [UInt8]) -> DICOMError? {
        do throws(DICOMError) {
            _ = try read(bytes)
            return nil
        } catch { return error }
    }

    private func valid() throws -> (bytes: [UInt8], fragment: Range<Int>) {
        let (bytes, picture) = try Sample.losslessRGB.picture()
        let whole = try file(try object(dermoscopy, picture), bytes)
        return (whole, try read(whole).fragment)
    }

    @Test func `refuses a file cut short anywhere or followed by anything`() throws {
        let whole = try valid().bytes
        for count in 0..<whole.count { #expect(refusal(Array(whole[..<count])) != nil) }
        #expect(refusal(whole + [0]) == .fragments)
    }

    @Test func `refuses other syntaxes, second fragments and offset tables`() throws {
        let (whole, fragment) = try valid()
        var other = whole
        let place = try #require(
            whole.indices.first { whole[$0...].starts(with: Array("1.2.840.10008.1.2.4.80".utf8)) })
        other[place + 21] = UInt8(ascii: "1")
        #expect(refusal(other) == .transferSyntax("1.2.840.10008.1.2.4.81"))
        let second = Array(whole.dropLast(8)) + [0xFE, 0xFF, 0x00, 0xE0, 2, 0, 0, 0, 0, 0] + Array(whole.suffix(8))
        #expect(refusal(second) == .fragments)
        var table = whole
        table.insert(contentsOf: [0, 0, 0, 0], at: fragment.lowerBound - 8)
        table[fragment.lowerBound - 12] = 4
        #expect(refusal(table) == .fragments)
    }

    @Test func `refuses sequences nested without end`() throws {
        let whole = try valid().bytes
        var hostile = Array(whole[..<132])
        for _ in 0..<100 {
            hostile += [0x08, 0x00, 0x18, 0x22] + Array("SQ".utf8) + [0, 0, 0xFF, 0xFF, 0xFF, 0xFF]
            hostile += [0xFE, 0xFF, 0x00, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF]
        }
        #expect(refusal(hostile) == .tooMany)
    }

}
