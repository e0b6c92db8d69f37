import DeviceDescriptors
import Testing

@testable import UVC

@Suite struct `The still of a video camera` {
    @Test func `is found by its size, beside the format's usual stream`() throws {
        let still = try Sample().still(.large)
        #expect((still.control, still.streaming, still.version) == (0, 1, 0x0100))
        #expect((still.videoEndpoint, still.stillEndpoint) == (0x81, 0x81))
        #expect(still.stillProbe == [1, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0])
        #expect(Array(still.probe.prefix(8)) == [1, 0, 1, 2, 0x15, 0x16, 0x05, 0])
        #expect(still.trigger == [1])
    }

    @Test func `has a pipe of its own where its method says so`() throws {
        let still = try Sample(method: 3, stillEndpoint: 0x82).still(.own)
        #expect((still.videoEndpoint, still.stillEndpoint, still.stillPacket) == (0x81, 0x82, 512))
        #expect(still.trigger == [2])
        #expect(throws: UVCError.noStill) { try Sample(method: 3, stillEndpoint: 0x82).still(.large) }
        #expect(throws: UVCError.endpoint(0)) { try Sample(method: 3).still(.own) }
    }

    @Test func `that it does not offer is refused`() {
        let other = UVCStillWish(method: .two, format: .mjpeg, width: 2592, height: 1945)
        #expect(throws: UVCError.notOffered) { try Sample().still(other) }
        let raw = UVCStillWish(method: .two, format: .yuy2, width: 2592, height: 1944)
        #expect(throws: UVCError.notOffered) { try Sample().still(raw) }
        #expect(throws: UVCError.noStill) { try Sample(method: 1).still(.large) }
    }

    @Test func `of a format that nobody here reads is passed over`() throws {
        #expect(try Sample(hasFrameBased: true).still(.large).stillProbe.first == 2)
    }

    @Test(arguments: [(0x0100, 26), (0x0110, 34), (0x0150, 48)] as [(UInt16, Int)])
    func `asks with as many bytes as its version has`(version: UInt16, count: Int) throws {
        let still = try Sample(version: version).still(.large)
        #expect(still.probe.count == count)
        #expect(throws: UVCError.control(count - 1)) {
            try still.promise(ofStream: [UInt8](repeating: 1, count: count - 1))
        }
    }

    @Test func `takes the narrowest setting that holds a payload`() throws {
        let still = try Sample(isIsochronous: true).still(.large)
        #expect(try still.pipe(for: 1024) == .init(alternate: 1, isIsochronous: true, packet: 1024))
        #expect(try still.pipe(for: 1025) == .init(alternate: 2, isIsochronous: true, packet: 3072))
        #expect(throws: UVCError.endpoint(0x81)) { try still.pipe(for: 3073) }
        #expect(try Sample().still(.large).pipe(for: 9000) == .init(alternate: 0, isIsochronous: false, packet: 512))
    }

    @Test func `that promises nothing, or another one, is refused`() throws {
        let still = try Sample().still(.large)
        let honest: [UInt8] = [1, 2, 1, 0, 0, 1, 0, 0, 4, 0, 0]
        #expect(try still.promise(ofStill: honest) == .init(picture: 65536, payload: 1024))
        #expect(throws: UVCError.notOffered) { try still.promise(ofStill: [1, 1] + honest.dropFirst(2)) }
        #expect(throws: UVCError.size(0)) { try still.promise(ofStill: [1, 2, 1, 0, 0, 0, 0, 0, 4, 0, 0]) }
        #expect(throws: UVCError.size(2)) { try still.promise(ofStill: [1, 2, 1, 0, 0, 1, 0, 2, 0, 0, 0]) }
    }

    @Test func `is refused with a word for every byte that is changed or cut`() throws {
        let whole = Sample(method: 3, stillEndpoint: 0x82, isIsochronous: true).bytes
        for count in 0..<whole.count {
            #expect(throws: (any Error).self) {
                try UVCStill(.own, in: try USBDescriptors(parsing: Array(whole.prefix(count))))
            }
        }
        for (place, value) in whole.indices.flatMap({ place in [0, 1, 0x7F, 0xFF].map { (place, UInt8($0)) } }) {
            var bytes = whole
            bytes[place] = value
            guard let descriptors = try? USBDescriptors(parsing: bytes),
                let still = try? UVCStill(.own, in: descriptors)
            else { continue }
            #expect(still.stillEndpoint >= 0x80 && still.control != still.streaming, "byte \(place) as \(value)")
        }
    }
}

@Suite struct `The bytes of a still` {
    private let small = UVCStillWish(method: .two, format: .mjpeg, width: 8, height: 8)

    @Test func `are a whole JPEG, and what fills the last packet is left out`() {
        let whole: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 0xFF, 0xD9]
        #expect(small.count(in: whole.span) == 8)
        #expect(small.count(in: (whole + [0, 0, 0]).span) == 8)
        #expect(small.count(in: Array(whole.dropLast()).span) == nil)
        #expect(small.count(in: (whole + [UInt8](repeating: 0, count: 4000)).span) == nil)
        #expect(small.count(in: ([0, 0] + whole).span) == nil)
        #expect(small.count(in: [UInt8]().span) == nil)
    }

    @Test func `are two for each pixel of YUY2`() {
        let raw = UVCStillWish(method: .two, format: .yuy2, width: 8, height: 8)
        #expect(raw.count(in: [UInt8](repeating: 0, count: 128).span) == 128)
        #expect(raw.count(in: [UInt8](repeating: 0, count: 127).span) == nil)
    }
}
