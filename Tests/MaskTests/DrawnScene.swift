import BundleFormat
import DetectLink
import Foundation
import LockedMemory
import Pixels
import Policy
import V4L2

@testable import Camera
@testable import Consent
@testable import Mask

/// A frame with a drawn "face": a square that is brightest red at its upper edge and fades towards the lower one, so that
/// any part of it tells which way it is turned.
struct DrawnScene: Sendable {
    static let width = 640
    static let height = 384

    /// Of the picture without a face; another one is another scene.
    var background: UInt8 = 60
    /// Nil: nobody is there.
    var face: (x: Int, y: Int, side: Int, turn: Turn)?

    func frame(_ shape: SiteRule.Shape = .face) throws -> PreviewFrame {
        let facts = FrameFacts(
            format: .rgb24, width: Self.width, height: Self.height, bytesPerLine: 3 * Self.width,
            colorimetry: Colorimetry(matrix: .bt601, range: .limited), origin: .live,
            stamp: FrameStamp(sequence: 0, timestamp: 0, lost: 0, damaged: 0), age: 0, controls: [:], locked: [],
            device: DeviceFacts(driver: "", card: "", bus: "", serial: "", usbID: ""))
        let profile = CameraProfile(
            name: "drawn", source: .replay(""), modalities: [.photograph], face: .possible, streams: [],
            locks: ControlLocks(),
            instrument: .init(manufacturer: "", model: "", serial: "", polarized: nil, contact: false))
        let rgb = pixels
        return PreviewFrame(
            grant: PreviewGrant(SiteRule(face: .possible, shape: shape)), profile: profile, facts: facts,
            bytes: try LockedBytes(copying: rgb.span))
    }

    private var pixels: [UInt8] {
        func inside(_ start: Int, _ count: Int, _ limit: Int) -> Range<Int> {
            min(max(start, 0), limit)..<min(max(start + count, 0), limit)
        }
        var rgb = [UInt8](repeating: background, count: 3 * Self.width * Self.height)
        guard let face else { return rgb }
        for y in inside(face.y, face.side, Self.height) {
            for x in inside(face.x, face.side, Self.width) {
                let down =
                    switch face.turn {
                    case .none: y - face.y
                    case .half: face.side - 1 - (y - face.y)
                    case .quarter: face.side - 1 - (x - face.x)
                    case .threeQuarters: x - face.x
                    }
                let colour: [UInt8] = [UInt8(250 - 150 * down / face.side), 20, 20]
                for channel in 0..<3 { rgb[3 * (y * Self.width + x) + channel] = colour[channel] }
            }
        }
        return rgb
    }

    /// How many of the face's pixels a picture still shows, as a share of the face.
    func shown(in rgb: [UInt8]) -> Double {
        guard let face else { return 0 }
        let coloured = stride(from: 0, to: rgb.count, by: 3).count { Self.isFace(rgb[$0], rgb[$0 + 2]) }
        return Double(coloured) / Double(face.side * face.side)
    }

    private static func isFace(_ red: UInt8, _ blue: UInt8) -> Bool { Int(red) - Int(blue) > 50 }

    /// What a network would answer that sees these faces upright only.
    static func detect(_ planes: [DetectionPlane], _ pixels: Span<UInt8>) -> [[PlaneFace]] {
        var offset = 0
        return planes.map { plane in
            defer { offset += plane.byteCount }
            return face(in: pixels.extracting(offset..<offset + plane.byteCount), plane).map { [$0] } ?? []
        }
    }

    private static func face(in pixels: Span<UInt8>, _ plane: DetectionPlane) -> PlaneFace? {
        var points: [(x: Int, y: Int, red: Int)] = []
        for y in 0..<plane.height {
            for x in 0..<plane.width {
                let at = 3 * (y * plane.width + x)
                if isFace(pixels[at], pixels[at + 2]) { points.append((x, y, Int(pixels[at]))) }
            }
        }
        guard points.count > 40, let left = points.map(\.x).min(), let right = points.map(\.x).max(),
            let top = points.map(\.y).min(), let bottom = points.map(\.y).max()
        else { return nil }
        func mean(_ part: [(x: Int, y: Int, red: Int)]) -> Int { part.map(\.red).reduce(0, +) / max(1, part.count) }
        let (middleX, middleY) = ((left + right) / 2, (top + bottom) / 2)
        let fall = mean(points.filter { $0.y <= middleY }) - mean(points.filter { $0.y > middleY })
        let across = mean(points.filter { $0.x <= middleX }) - mean(points.filter { $0.x > middleX })
        guard fall > 3, fall > 2 * abs(across) else { return nil }
        return PlaneFace(
            left: Int32(16 * left), top: Int32(16 * top), right: Int32(16 * (right + 1)),
            bottom: Int32(16 * (bottom + 1)), score: .max, landmarks: [])
    }

    /// A face at a share of a plane, with the landmarks of an upright one or an unsure one without.
    static func face(
        at box: (left: Double, top: Double, right: Double, bottom: Double), of plane: DetectionPlane, isUpright: Bool
    ) -> PlaneFace {
        func place(_ x: Double, _ y: Double) -> PlanePoint {
            PlanePoint(x: Int32(16 * x * Double(plane.width)), y: Int32(16 * y * Double(plane.height)))
        }
        let (first, last) = (place(box.left, box.top), place(box.right, box.bottom))
        let points = [(0.3, 0.4), (0.7, 0.4), (0.5, 0.58), (0.35, 0.78), (0.65, 0.78)].map { across, down in
            place(box.left + across * (box.right - box.left), box.top + down * (box.bottom - box.top))
        }
        return PlaneFace(
            left: first.x, top: first.y, right: last.x, bottom: last.y, score: isUpright ? 60000 : 15000,
            landmarks: isUpright ? points : [])
    }
}
