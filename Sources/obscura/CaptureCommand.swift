import ArgumentParser
import Control
import JOSE

struct Capture: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take one picture in the open session, or the files that a scanner has left.",
        discussion: """
            With --scanner, everything that lies in the scanner's folder becomes one shot: a mesh (OBJ, STL or PLY) with its \
            materials and textures. It takes a consent to geometry. The folder is empty afterwards, and whenever a session \
            begins or ends; the scanner may keep a copy of its own.
            """)

    @OptionGroup var connection: Connection
    @Option(
        help: ArgumentHelp(
            "The body site, as in SCT:43067004; without it the one that obscura session site has chosen.",
            valueName: "code"))
    var site: String?
    @Option(
        help: ArgumentHelp(
            "DMS (dermoscope), XC (photograph) or M3D (a scanner's files); without it XC, with --scanner M3D.",
            valueName: "code"))
    var modality: String?
    @Option(help: ArgumentHelp("A camera's name in the station's configuration.", valueName: "name")) var camera:
        String?
    @Option(help: ArgumentHelp("A scanner's name in the station's configuration.", valueName: "name")) var scanner:
        String?

    @Flag(help: "You see that no face is in view. It counts only where the search finds none either.") var noFace =
        false
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Hide this rectangle as well: left, top, width, height in thousandths of the picture. May be repeated.",
            valueName: "x,y,w,h"))
    var cover: [Rectangle] = []

    func validate() throws {
        guard scanner == nil || site != nil else { throw ValidationError("--scanner takes a --site") }
        guard scanner != nil, camera != nil || noFace || !cover.isEmpty else { return }
        throw ValidationError("--scanner takes files as they are: without --camera, --no-face and --cover")
    }

    func run() async throws {
        if let scanner, let site { return try takeScan(scanner, of: site) }
        let wish = ShotWish(
            site: site, modality: modality ?? "XC", camera: camera, noFace: noFace, covers: cover.map(\.cover))
        let progress = ProgressLine("exposing, masking, sealing")
        defer { progress.end() }
        let answer = try connection.desk.post("/v1/shots", object: wish.object)
        progress.end()
        show(answer, json: connection.json) {
            let series = answer.objects("series")
            return (series.isEmpty ? [answer] : series).map { shot in
                let light = shot.text("light")
                return "shot \(shot.integer("seq")) is durable: \(shot.text("outcome")), "
                    + "\(shot.integer("regions")) masked regions" + (light.isEmpty ? "" : ", \(light)")
            } + [
                "\(answer.integer("frames_left")) frames left; exposed after \(answer.integer("exposed_ms")) ms, durable after \(answer.integer("durable_ms")) ms"
            ]
        }
    }
}

extension Capture {
    private func takeScan(_ scanner: String, of site: String) throws {
        let wish = ScanWish(site: site, modality: modality ?? "M3D", scanner: scanner)
        let progress = ProgressLine("reading, sealing")
        defer { progress.end() }
        let answer = try connection.desk.post("/v1/scans", object: wish.object)
        progress.end()
        show(answer, json: connection.json) {
            let files = answer.integer("files")
            let left = files - answer.integer("removed")
            return [
                "shot \(answer.integer("seq")) is durable: \(files) files of \(answer.integer("bytes")) bytes, "
                    + "\(answer.integer("points")) points, \(answer.integer("faces")) faces, "
                    + "\(answer.integer("frames_left")) frames left",
                left == 0
                    ? "removed from the station's folder; the scanner may keep a copy of its own: delete it there"
                    : "\(left) files could not be removed from the station's folder (obscura doctor), and the scanner may keep a copy of its own",
            ]
        }
    }
}

/// `x,y,w,h` as it is typed.
struct Rectangle: ExpressibleByArgument {
    let cover: ShotWish.Cover

    init?(argument: String) {
        let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int64($0) }
        guard numbers.count == 4, let x = numbers[0], let y = numbers[1], let width = numbers[2],
            let height = numbers[3]
        else { return nil }
        cover = ShotWish.Cover(x: x, y: y, width: width, height: height)
    }
}
