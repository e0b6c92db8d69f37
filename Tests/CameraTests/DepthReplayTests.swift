import Depth
import Foundation
import LockedMemory
import PNG
import Testing
import V4L2

@testable import Camera

private func withFolder(_ body: (String) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "obscura-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url.path)
}

private func put(_ samples: [UInt16], width: Int, at path: String) throws {
    let bytes = samples.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    let file = try writePNG16(bytes.span, width: width, height: samples.count / width, bits: 16)
    try Data(file).write(to: URL(filePath: path))
}

private func setup(_ folder: String, infrared: Bool = false) throws -> DepthSetup {
    func node(_ kind: DepthNode.Kind, _ name: String) -> DepthNode {
        DepthNode(
            kind: kind, source: .replay("\(folder)/\(name)"), code: FourCC(kind == .depth ? "Z16 " : "GREY"), width: 20,
            height: 10, rate: 30)
    }
    return DepthSetup(
        calibration: try Calibration(unit: 0.001, range: 0.3...3, bound: 4, alignment: .unaligned),
        depth: node(.depth, "depth.png"), infrared: infrared ? node(.infrared, "lit.png") : nil)
}

private let stamp = FrameStamp(sequence: 3, timestamp: 77, lost: 0, damaged: 0)

@Suite struct `A replayed depth picture` {
    @Test func `is the file's counts, least significant byte first, at the colour picture's time`() throws {
        try withFolder { folder in
            let counts = (0..<200).map { UInt16(300 + 7 * $0) }
            try put(counts, width: 20, at: "\(folder)/depth.png")
            let plain = try setup(folder).replay(number: 0, beside: stamp)
            let facts = plain.facts
            #expect((facts.depth.width, facts.depth.height, facts.depth.gap) == (20, 10, 0) && facts.infrared == nil)
            guard case .depth(let frame) = plain.takeFrames() else { throw CameraError.noStream }
            let (shape, takenAt) = (frame.shape, frame.takenAt)
            #expect(takenAt == 77 && shape.bytesPerLine == 40)
            let samples = try ReplaySamples("\(folder)/depth.png", number: 0)
            #expect(samples.bits == 16)
            let bytes = samples.takeBytes()
            #expect(counts.indices.allSatisfy { bytes.span[2 * $0] == UInt8(counts[$0] & 255) })
            #expect(counts.indices.allSatisfy { bytes.span[2 * $0 + 1] == UInt8(counts[$0] >> 8) })
        }
    }

    @Test func `comes with its infrared picture`() throws {
        try withFolder { folder in
            try put([UInt16](repeating: 900, count: 200), width: 20, at: "\(folder)/depth.png")
            let grey = try writePNG([UInt8](repeating: 90, count: 200).span, width: 20, height: 10, channels: 1)
            try Data(grey).write(to: URL(filePath: "\(folder)/lit.png"))
            let plain = try setup(folder, infrared: true).replay(number: 0, beside: stamp)
            #expect(plain.facts.infrared?.width == 20)
            guard case .both(_, let lit) = plain.takeFrames() else { throw CameraError.noStream }
            #expect(lit.shape.format == .grey)
        }
    }

    @Test func `of the dark, of eight bits or in colours is refused`() throws {
        try withFolder { folder in
            try put([UInt16](repeating: 0, count: 200), width: 20, at: "\(folder)/depth.png")
            #expect(throws: CameraError.depth(.depth, .empty(perMille: 0))) {
                _ = try setup(folder).replay(number: 0, beside: stamp).facts
            }
            let grey = try writePNG([UInt8](repeating: 90, count: 200).span, width: 20, height: 10, channels: 1)
            try Data(grey).write(to: URL(filePath: "\(folder)/depth.png"))
            #expect(throws: CameraError.depth(.depth, .format)) {
                _ = try setup(folder).replay(number: 0, beside: stamp).facts
            }
            let colours = try writePNG([UInt8](repeating: 90, count: 600).span, width: 20, height: 10, channels: 3)
            try Data(colours).write(to: URL(filePath: "\(folder)/depth.png"))
            #expect(throws: CameraError.replay(.samples(.notTaken))) {
                _ = try setup(folder).replay(number: 0, beside: stamp).facts
            }
        }
    }

    @Test func `is nothing without a calibration`() throws {
        let node = DepthNode(kind: .depth, source: .replay("/"), code: FourCC("Z16 "), width: 2, height: 2, rate: 1)
        let setup = DepthSetup(calibration: nil, depth: node, infrared: nil)
        #expect(throws: CameraError.noCalibration) { _ = try setup.replay(number: 0, beside: stamp).facts }
    }
}

@Suite struct `Looking for a colour frame's pair` {
    @Test func `waits for the frame after it, then takes the nearer`() throws {
        #expect(try PairStep(1000, earlier: nil, newest: 990, frameTime: 66) == .wait)
        #expect(try PairStep(1000, earlier: 990, newest: 1056, frameTime: 66) == .earlier)
        #expect(try PairStep(1000, earlier: 970, newest: 1020, frameTime: 66) == .newest)
        #expect(try PairStep(1000, earlier: nil, newest: 1000, frameTime: 66) == .newest)
    }

    @Test func `gives up where neither lies within half a frame time`() {
        #expect(throws: DepthFault.unpaired(nearest: 34)) {
            try PairStep(1000, earlier: 966, newest: 1034, frameTime: 66)
        }
        #expect(throws: DepthFault.unpaired(nearest: 200)) {
            try PairStep(1000, earlier: nil, newest: 1200, frameTime: 66)
        }
    }
}
