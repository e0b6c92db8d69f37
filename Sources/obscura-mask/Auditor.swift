import Commands
import Mask
import MaskAudit
import PNG

/// Searches each labelled picture as it is, in other tones and dimmed, and keeps what became of its faces.
struct Auditor: ~Copyable {
    private var worker: SearchWorker
    private let folder: String
    private let withShifts: Bool
    private(set) var faces: [FaceObservation] = []
    /// For each picture without a face the share of its area under the mask.
    private(set) var faceless: [Double] = []
    private var examples: [Example] = []

    /// Pictures that a report holds; more would make it too large to send.
    private static let mostExamples = 24
    /// Pixels of the longer side of a picture that is shifted: more than the search looks at.
    private static let shiftedSide = 1280

    init(worker: consuming SearchWorker, folder: String, withShifts: Bool) {
        self.worker = worker
        self.folder = folder
        self.withShifts = withShifts
    }

    /// The faces that were missed, worst first.
    var worstExamples: [Example] {
        Array(examples.sorted { $0.face.coverage < $1.face.coverage }.prefix(Self.mostExamples))
    }

    mutating func add(_ labelled: LabelledPicture) throws {
        let file = try PictureFile(reading: "\(folder)/\(labelled.image)")
        let (sighted, refused) = try search(file)
        let whole = Box(left: 0, top: 0, right: file.width, bottom: file.height)
        guard !labelled.faces.isEmpty else {
            faceless.append(Double(whole.covered(by: sighted)) / Double(whole.area))
            return
        }
        let boxes = labelled.faces.map { $0.box.intersection(whole) }
        guard boxes.allSatisfy({ $0.width > 0 && $0.height > 0 }) else { throw Refused("a face lies outside it") }
        let picture: RGBPicture
        do { picture = try file.colour() } catch { throw Refused("cannot be decoded: \(error)") }
        let (shifted, dimmed) = withShifts ? try shifts(picture, boxes) : ([], [])
        for (index, (face, box)) in zip(labelled.faces, boxes).enumerated() {
            let seen = FaceObservation(
                image: labelled.image, face: face, colour: picture.colour(of: box),
                asItIs: Sighting(hidden: box.isHidden(by: sighted), refused: refused),
                coverage: box.covered(by: sighted) * 1000 / box.area, shifted: shifted.map { $0[index] },
                dimmed: dimmed.map { $0[index] })
            faces.append(seen)
            if !seen.asItIs.hidden { try keep(seen, picture.thumbnail(of: box, mask: sighted, longest: 240)) }
        }
    }

    private mutating func keep(_ face: FaceObservation, _ picture: RGBPicture) throws {
        let png = try writePNG(picture.samples.span, width: picture.width, height: picture.height, channels: 3)
        examples.append(Example(face: face, picture: png, width: picture.width, height: picture.height))
        if examples.count > 4 * Self.mostExamples { examples = worstExamples }
    }

    /// For each tone what became of each face: in full light, and dimmed.
    private mutating func shifts(_ picture: RGBPicture, _ boxes: [Box]) throws -> ([[Sighting]], [[Sighting]]) {
        let longest = max(picture.width, picture.height)
        let factor = min(max(1, longest / Self.shiftedSide), min(picture.width, picture.height))
        let small = picture.reduced(by: factor)
        let whole = Box(left: 0, top: 0, right: small.width, bottom: small.height)
        let places = boxes.map { $0.divided(by: factor).intersection(whole) }
        var (full, dim): ([[Sighting]], [[Sighting]]) = ([], [])
        for lightness in shiftedLightness {
            let toned = small.shifted(places, toLightness: lightness)
            full.append(try sightings(toned, places))
            dim.append(try sightings(toned.dimmed(), places))
        }
        return (full, dim)
    }

    private mutating func sightings(_ picture: RGBPicture, _ boxes: [Box]) throws -> [Sighting] {
        let (found, refused) = try search(PictureFile(rows: picture))
        return boxes.map { Sighting(hidden: $0.isHidden(by: found), refused: refused) }
    }

    /// What would be overwritten, and whether the station refuses the picture as too dark.
    private mutating func search(_ file: borrowing PictureFile) throws -> ([Box], Bool) {
        do {
            let found = try worker.search(file, .expected)
            let boxes = found.regions.map { Box(left: $0.x, top: $0.y, right: $0.right, bottom: $0.bottom) }
            return (boxes, found.lightness < darkestLightness)
        } catch MaskFailure.detector(let error) {
            throw DetectorLost(error)
        } catch { throw Refused("cannot be searched: \(error)") }
    }
}
