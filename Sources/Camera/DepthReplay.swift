import Depth
import Linux
import LockedMemory
import PNG
import Pixels
import V4L2

/// A grey PNG file of 8 or 16 bits as if a node had sent it.
struct ReplaySamples: ~Copyable {
    let width: Int
    let height: Int
    /// 8 or 16.
    let bits: Int
    private let bytes: LockedBytes

    /// - Parameters:
    ///   - path: a PNG file, or a folder of which the file `number`, counted round, is taken.
    init(_ path: String, number: Int) throws(ReplayError) {
        let file = try replayed(path, number: number, endings: [".png"], bound: PNGShape.mostBytes)
        let shape: PNGShape
        do { shape = try PNGShape(parsing: file.span) } catch { throw .samples(error) }
        guard shape.channels == 1 else { throw .samples(.notTaken) }
        var samples: LockedBytes
        do { samples = try LockedBytes(count: shape.count) } catch { throw .memory(error) }
        var output = samples.mutableSpan
        do { try readPNG(file.span, into: &output) } catch { throw .samples(error) }
        // PNG has the most significant byte first, V4L2 the least.
        for place in stride(from: 0, to: shape.bits == 16 ? shape.count : 0, by: 2) {
            let high = output[place]
            output[place] = output[place + 1]
            output[place + 1] = high
        }
        (width, height, bits) = (shape.width, shape.height, shape.bits)
        bytes = samples
    }

    consuming func takeBytes() -> LockedBytes { bytes }
}

extension DepthSetup {
    /// The depth and infrared pictures that are played with the colour picture of the same number.
    func replay(number: Int, beside colour: FrameStamp) throws(CameraError) -> PlainDepth {
        guard let calibration else { throw .noCalibration }
        let first = try depth.replay(number: number)
        guard first.bits == 16 else { throw .depth(.depth, .format) }
        let facts = depth.facts(first.width, first.height, colour)
        let (width, height) = (first.width, first.height)
        let measured: DepthFrame
        do {
            let shape = try DepthShape(width: width, height: height, bytesPerLine: 2 * width)
            measured = try DepthFrame(shape, takenAt: colour.timestamp, first.takeBytes())
        } catch { throw .depth(.depth, error) }
        guard let infrared else {
            return PlainDepth(DepthFacts(calibration: calibration, depth: facts, infrared: nil), .depth(measured))
        }
        let second = try infrared.replay(number: number)
        let litFacts = infrared.facts(second.width, second.height, colour)
        let seen: InfraredFrame
        do {
            let format = second.bits == 16 ? PixelFormat.y16 : .grey
            let shape = try FrameShape(
                format, width: second.width, height: second.height, bytesPerLine: second.width * second.bits / 8)
            seen = try InfraredFrame(shape, takenAt: colour.timestamp, second.takeBytes())
        } catch { throw .depth(.infrared, error as? DepthFault ?? .format) }
        return PlainDepth(
            DepthFacts(calibration: calibration, depth: facts, infrared: litFacts), .both(measured, seen))
    }
}

extension DepthNode {
    fileprivate func replay(number: Int) throws(CameraError) -> ReplaySamples {
        guard case .replay(let path) = source else { throw .noStream }
        do { return try ReplaySamples(path, number: number) } catch { throw .replay(error) }
    }

    fileprivate func facts(_ width: Int, _ height: Int, _ colour: FrameStamp) -> NodeFacts {
        NodeFacts(code: code, width: width, height: height, stamp: colour, gap: 0, device: DeviceFacts(nil))
    }
}
