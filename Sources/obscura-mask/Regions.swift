import ArgumentParser
import Commands
import JOSE
import Linux
import Mask

/// One line of JSON for each picture that standard input names.
struct Regions: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print what the station would overwrite in each picture that standard input names.",
        discussion: """
            Standard input: one path a line of a baseline JPEG, an 8-bit PNG or a binary PPM. Standard output: one line \
            of JSON for each, with the regions as x, y, width and height in pixels, the picture's median lightness L* \
            and the processor time in milliseconds of the search and its detector. Where a picture's proportions differ \
            from the last one's, it is searched once before it is counted: the detector prepares for each size. A \
            picture that cannot be searched gives a line with an error, and exit status 1 at the end.
            """)

    enum Expectation: String, ExpressibleByArgument, CaseIterable {
        case expected, possible, impossible

        var faces: FaceExpectation {
            switch self {
            case .expected: .expected
            case .possible: .possible
            case .impossible: .impossible
            }
        }
    }

    @OptionGroup var detector: DetectorOptions
    @Option(help: "Whether a face can be in the pictures, as a camera's profile says.")
    var expectation: Expectation = .expected

    func run() throws {
        var worker = try SearchWorker.start(detector)
        let output = try standardStream(1)
        var last: [Pass] = []
        var failed = false
        while let path = readLine() {
            var line: JSONObject = ["file": .string(path)]
            do {
                for (key, value) in try answer(path, &worker, &last).members { line.set(key, value) }
            } catch let refused as Refused {
                line.set("error", .string(refused.sentence))
                failed = true
            }
            try writeAll(line.canonical + [UInt8(ascii: "\n")], to: output)
        }
        if failed { throw ExitCode(1) }
    }

    /// - Parameter last: the passes of the picture before; becomes this one's.
    private func answer(_ path: String, _ worker: inout SearchWorker, _ last: inout [Pass]) throws -> JSONObject {
        let picture = try PictureFile(reading: path)
        do {
            let passes = try planPasses(
                width: picture.width, height: picture.height, expectation: expectation.faces)
            if passes != last { _ = try worker.search(picture, expectation.faces) }
            last = passes
            let before = try worker.processor()
            let found = try worker.search(picture, expectation.faces)
            let spent = try worker.processor().flatMap { after in before.map { after - $0 } }
            let regions = found.regions.map { region in
                JSON.array([region.x, region.y, region.width, region.height].map { .integer(Int64($0)) })
            }
            return [
                "width": .integer(Int64(picture.width)), "height": .integer(Int64(picture.height)),
                "expectation": .string(expectation.rawValue), "lightness": .integer(Int64(found.lightness)),
                "cpu_ms": spent.map { .integer(($0 + 500_000) / 1_000_000) } ?? .null, "regions": .array(regions),
            ]
        } catch MaskFailure.detector(let error) {
            // What one picture did to the detector, the next cannot repair.
            throw DetectorLost(error)
        } catch let failure as MaskFailure {
            throw Refused("cannot be searched: \(failure)")
        } catch let error as MaskError {
            throw Refused("cannot be searched: \(error)")
        }
    }
}
