import ArgumentParser
import Commands
import DetectLink
import Linux
import Mask

/// Where the face detector comes from.
struct DetectorOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Folder of the detector's engine.", valueName: "folder"))
    var engine = "/usr/lib/obscura/openvino"
    @Option(help: ArgumentHelp("The detector's model.", valueName: "onnx file"))
    var model = "/usr/share/obscura/centerface.onnx"
    @Option(
        help: ArgumentHelp("Folder that holds engine/ and centerface.onnx, in place of both.", valueName: "folder"))
    var detector: String?
    @Option(help: ArgumentHelp("Socket of a detector that runs already.", valueName: "path"))
    var detectorSocket: String?
    @Option(help: ArgumentHelp("How long one search may take.", valueName: "seconds"))
    var patience = 60

    func validate() throws {
        guard (1...3600).contains(patience) else {
            throw ValidationError("--patience is a whole number of seconds from 1 to 3600")
        }
    }
}

/// The station's search with a detector of its own, or with one that runs already.
struct SearchWorker: ~Copyable {
    private let child: Child?
    private var link: DetectorLink
    private let milliseconds: Int

    /// Starts the detector, and waits until it serves.
    static func start(_ options: DetectorOptions) throws -> SearchWorker {
        let milliseconds = options.patience * 1000
        if let socket = options.detectorSocket {
            var link = DetectorLink(path: socket, worker: currentUser())
            guard link.isReachable() else { throw Refused("no face detector answers at \(socket)") }
            return SearchWorker(child: nil, link: link, milliseconds: milliseconds)
        }
        let folder = try TemporaryFolder(prefix: "obscura-mask-", for: ["detect.sock"])
        let socket = "\(folder.path)/detect.sock"
        let child = try Child(
            starting: try program(),
            [
                "--engine", options.detector.map { "\($0)/engine" } ?? options.engine,
                "--model", options.detector.map { "\($0)/centerface.onnx" } ?? options.model,
                "--socket", socket, "--peer-uid", "\(currentUser())", "--patience-seconds", "\(options.patience)",
            ])
        var link = DetectorLink(path: socket, worker: currentUser())
        // The connection that finds it is kept, so the socket's folder can go.
        while !link.isReachable() {
            guard !child.hasEnded() else {
                throw Refused(
                    "the face detector does not start; its own words are above",
                    hint: "name its files with --detector, or with --engine and --model")
            }
            wait(milliseconds: 20)
        }
        return SearchWorker(child: child, link: link, milliseconds: milliseconds)
    }

    /// Beside this program, or where the package puts it.
    private static func program() throws -> String {
        let places = [try programFolder(), "/usr/libexec/obscura"].map { "\($0)/obscura-detect" }
        guard let found = places.first(where: canExecute) else {
            throw Refused("obscura-detect is neither at \(places[0]) nor at \(places[1])")
        }
        return found
    }

    /// What the station would overwrite in the picture.
    mutating func search(_ picture: borrowing PictureFile, _ expectation: FaceExpectation) throws(MaskFailure)
        -> FoundFaces
    {
        switch picture.content {
        case .jpeg(let bytes): return try link.search(jpeg: bytes.span, expectation, milliseconds: milliseconds)
        case .rows(let samples):
            do {
                let view = try Picture(samples.span, width: picture.width, height: picture.height)
                return try link.search(view, expectation, milliseconds: milliseconds)
            } catch let error as MaskFailure { throw error } catch let error as MaskError { throw .search(error) } catch
            { throw .memory }
        }
    }

    /// Processor time in nanoseconds so far of this process and of the detector; nil where the detector is not its own.
    func processor() throws -> Int64? {
        guard let worker = try child?.processor() else { return nil }
        return Clock.processor() + worker
    }
}
