import Depth
import LockedMemory
import Pixels
import Testing

@Suite struct `A depth frame` {
    @Test func `of the dark is refused, and so is one of nearly nothing`() throws {
        #expect(throws: DepthFault.empty(perMille: 0)) {
            _ = try depthFrame(Array(repeating: 0, count: 1000), width: 100)
        }
        let few = (0..<1000).map { UInt16($0 % 25 == 0 ? 700 : 0) }
        #expect(throws: DepthFault.empty(perMille: 40)) { _ = try depthFrame(few, width: 100) }
        let some = (0..<1000).map { UInt16($0 % 20 == 0 ? 700 : 0) }
        _ = try depthFrame(some, width: 100)
    }

    @Test func `is refused when its rows do not fit`() throws {
        #expect(throws: DepthFault.shape(width: 10, height: 2, bytesPerLine: 19)) {
            try DepthShape(width: 10, height: 2, bytesPerLine: 19)
        }
        #expect(throws: DepthFault.shape(width: 5000, height: 2, bytesPerLine: 10_000)) {
            try DepthShape(width: 5000, height: 2, bytesPerLine: 10_000)
        }
        let shape = try DepthShape(width: 10, height: 2, bytesPerLine: 20)
        #expect(throws: DepthFault.short(39, expected: 40)) {
            _ = try DepthFrame(shape, takenAt: 0, try LockedBytes(copying: [UInt8](repeating: 1, count: 39).span))
        }
    }
}

@Suite struct `An infrared frame` {
    private func frame(_ format: PixelFormat, _ bytes: [UInt8], bytesAPixel: Int) throws {
        let shape = try FrameShape(format, width: 10, height: 10, bytesPerLine: 10 * bytesAPixel)
        _ = try InfraredFrame(shape, takenAt: 0, try LockedBytes(copying: bytes.span))
    }

    @Test func `of the dark is refused at every depth of bits`() throws {
        #expect(throws: DepthFault.empty(perMille: 0)) {
            try frame(.grey, Array(repeating: 15, count: 100), bytesAPixel: 1)
        }
        try frame(.grey, Array(repeating: 16, count: 100), bytesAPixel: 1)
        // 0x0F00 and 0x1000 of 16 bits; 0x3F and 0x40 of 10.
        func twice(_ low: UInt8, _ high: UInt8) -> [UInt8] { (0..<200).map { $0 % 2 == 0 ? low : high } }
        #expect(throws: DepthFault.empty(perMille: 0)) { try frame(.y16, twice(0xFF, 0x0F), bytesAPixel: 2) }
        try frame(.y16, twice(0, 0x10), bytesAPixel: 2)
        #expect(throws: DepthFault.empty(perMille: 0)) {
            try frame(.y10, twice(0x3F, 0), bytesAPixel: 2)
        }
        try frame(.y10, twice(0x40, 0), bytesAPixel: 2)
    }

    @Test func `has no colours`() {
        #expect(throws: DepthFault.format) { try frame(.rgb24, Array(repeating: 99, count: 300), bytesAPixel: 3) }
    }
}

@Suite struct `Pairing two streams` {
    @Test func `takes the nearest within half a frame time`() throws {
        #expect(try pair(1000, with: [900, 1030, 980], frameTime: 66) == 2)
        #expect(try pair(1000, with: [1033], frameTime: 66) == 0)
        #expect(try pair(1000, with: [1010, 990], frameTime: 66) == 1)
        #expect(try pair(1000, with: [1000, 1000], frameTime: 66) == 0)
    }

    @Test func `refuses otherwise`() {
        #expect(throws: DepthFault.unpaired(nearest: nil)) { try pair(1000, with: [], frameTime: 66) }
        #expect(throws: DepthFault.unpaired(nearest: 34)) { try pair(1000, with: [1034, 1100, 0], frameTime: 66) }
        #expect(throws: DepthFault.unpaired(nearest: .max)) { try pair(.max, with: [.min], frameTime: .max) }
    }
}

@Suite struct `A calibration` {
    private func fault(_ make: () throws -> Void) -> DepthFault? {
        do { try make() } catch { return error as? DepthFault }
        return nil
    }

    @Test func `is refused outside its bounds`() throws {
        func intrinsics(_ focal: Double, _ centre: Double) throws {
            _ = try Intrinsics(width: 100, height: 100, focal: SIMD2(focal, 100), centre: SIMD2(centre, 50))
        }
        #expect(fault { try intrinsics(100, 50) } == nil)
        for (focal, centre) in [
            (9.0, 50.0), (2001, 50), (.nan, 50), (.infinity, 50), (100, -51), (100, 151), (100, .nan),
        ] {
            #expect(fault { try intrinsics(focal, centre) } == .calibration(.intrinsics))
        }
        func placement(_ rotation: [Double], _ translation: [Double] = [0, 0, 0]) throws {
            _ = try Placement(rotation: rotation, translation: translation)
        }
        #expect(fault { try placement([1, 0, 0, 0, 1, 0, 0, 0, 1]) } == nil)
        for rotation in [
            [1.0, 0, 0, 0, 1, 0, 0, 0], [1, 0, 0, 0, 1, 0, 0, 0, -1], [1, 0, 0, 0, 1.1, 0, 0, 0, 1],
            [1, 0.1, 0, 0, 1, 0, 0, 0, 1], [1, 0, 0, 0, 1, 0, 0, 0, .nan],
        ] { #expect(fault { try placement(rotation) } == .calibration(.rotation)) }
        for translation in [[0.0, 0], [1.1, 0, 0], [.infinity, 0, 0]] {
            #expect(fault { try placement([1, 0, 0, 0, 1, 0, 0, 0, 1], translation) } == .calibration(.translation))
        }
        func whole(_ unit: Double, _ range: ClosedRange<Double>, _ bound: Int) throws {
            _ = try Calibration(unit: unit, range: range, bound: bound, alignment: .unaligned)
        }
        #expect(fault { try whole(0.001, 0.3...3, 10) } == nil)
        #expect(fault { try whole(0, 0.3...3, 10) } == .calibration(.unit))
        #expect(fault { try whole(0.001, 0...3, 10) } == .calibration(.range))
        #expect(fault { try whole(0.001, 0.3...101, 10) } == .calibration(.range))
        #expect(fault { try whole(0.001, 0.3...3, 0) } == .calibration(.bound))
    }
}
