import DeviceDescriptors
import Evdev
import ForeignPictures
import Loader
import PodCore
import USB
import UVC

@testable import Pod
@testable import PodImage

/// What devices send, and what is loaded into one.
extension ForeignParser {
    static let devices = [
        ForeignParser("input-events") { bytes in
            var reports = KeyReports()
            let edges = reports.read(bytes)
            precondition(edges.count + reports.losses <= bytes.count / KeyReports.eventBytes, "more than was sent")
            precondition(edges.allSatisfy { $0.at >= 0 }, "a time before the clock began")
            return !edges.isEmpty
        },
        ForeignParser("usb-descriptors") { bytes in
            guard let descriptors = try? USBDescriptors(parsing: bytes) else { return false }
            for setting in descriptors.configurations.flatMap(\.settings) {
                let numbers = setting.endpoints.map { $0.address & 0x7F }
                precondition(numbers.allSatisfy { (1...15).contains($0) }, "an endpoint that cannot be")
                precondition(setting.endpoints.allSatisfy { $0.packet <= 1024 }, "a packet that cannot be")
            }
            return true
        },
        // The last bytes answer the probes.
        ForeignParser("uvc-still") { bytes in
            guard bytes.count > 64, let descriptors = try? USBDescriptors(parsing: Array(bytes.dropLast(64))) else {
                return false
            }
            let wishes = [UVCStillMethod.two, .three].flatMap { method in
                UVCFormat.allCases.map { UVCStillWish(method: method, format: $0, width: 640, height: 480) }
            }
            let stills = wishes.compactMap { try? UVCStill($0, in: descriptors) }
            for still in stills {
                precondition(
                    still.videoEndpoint >= 0x80 && still.stillEndpoint >= 0x80, "an endpoint that sends nothing")
                let answers = Array(bytes.suffix(64))
                let stream = try? still.promise(ofStream: Array(answers.prefix(still.probeCount)))
                let own = try? still.promise(ofStill: Array(answers.suffix(UVCStill.stillProbeCount)))
                for promise in [stream, own].compactMap(\.self) {
                    precondition(
                        promise.picture > 0 && (try? still.pipe(for: promise.payload))?.packet ?? 0 <= 3072, "no room")
                }
            }
            return !stills.isEmpty
        },
        // Its first three bytes are the longest payload, how the rest is cut, and how many bytes the still has.
        ForeignParser("uvc-payloads") { bytes in
            guard bytes.count > 3 else { return false }
            var payloads = UVCPayloads(isOwn: bytes[1] & 1 != 0, stream: max(3, Int(bytes[0])), still: 64)
            var (rest, count, isWhole) = (bytes.dropFirst(3), 0, false)
            while let length = rest.popFirst().map({ Int($0) + 1 }) {
                let some = Array(rest.prefix(length))
                rest = rest.dropFirst(length)
                let piece =
                    bytes[1] & 2 != 0
                    ? payloads.packet(some.span) : payloads.transfer(some.span, isShort: some.count < 64)
                if case .still(let from, let isLast) = piece {
                    precondition((0...some.count).contains(from), "outside the packet")
                    (count, isWhole) = (count + some.count - from, isLast)
                }
            }
            return isWhole && count == Int(bytes[2])
        },
        // Its type says which question it answers.
        ForeignParser("pod-reply") { bytes in
            guard bytes.count > 3, let request = PodRequest(rawValue: bytes[1]) else { return false }
            let sequence = UInt16(bytes[2]) | UInt16(bytes[3]) << 8
            return switch request {
            case .hello:
                isReply(HelloQuestion.self, bytes, sequence) { $0.serialText.utf8.count == 16 && $0.standing.agrees }
            case .time: isReply(TimeQuestion.self, bytes, sequence) { $0.isPossible }
            case .lease: isReply(LeaseQuestion.self, bytes, sequence) { _ in true }
            case .capture: isReply(CaptureQuestion.self, bytes, sequence) { $0.time.isPossible }
            case .light: isReply(LightQuestion.self, bytes, sequence) { $0.isPossible }
            case .strobe: isReply(StrobeQuestion.self, bytes, sequence) { true }
            case .status:
                isReply(StatusQuestion.self, bytes, sequence) { $0.time.isPossible && $0.standing.agrees }
            case .tone: isReply(ToneQuestion.self, bytes, sequence) { true }
            case .reboot: isReply(RebootQuestion.self, bytes, sequence) { true }
            }
        },
        ForeignParser("pod-event") { bytes in
            guard let signal = try? PodSignal(parsing: bytes) else { return false }
            precondition(bytes.count == 24 && signal.time.isPossible, "an event that cannot be")
            return true
        },
        ForeignParser("loader-answers") { bytes in
            do throws(LoaderError) {
                var loader = try Loader(LoaderScript(bytes))
                let chip = try loader.chip()
                precondition(chip.serial.utf8.count == 16 && chip.keyDigests.count <= 4, "a chip that cannot be")
                precondition(chip.keyDigests.allSatisfy { $0.count == 32 }, "a digest that cannot be")
                return true
            } catch { return false }
        },
        ForeignParser("pod-image") { bytes in
            guard let image = try? FlashImage(parsing: bytes) else {
                // What is no file may still be what stands in a flash.
                let pages = bytes.prefix(FlashImage.mostBytes / 2)
                let rest = [UInt8](repeating: 0, count: (256 - pages.count % 256) % 256)
                _ = try? SignedImage(FlashImage(pages: pages + rest))
                return false
            }
            precondition(bytes.count == image.bytes.count * 2, "pages that nobody wrote")
            guard let signed = try? SignedImage(image) else { return false }
            precondition(signed.bytes == image.bytes, "another image than was read")
            precondition(signed.key.count == 64 && signed.keyDigest.count == 32, "a key that cannot be")
            return true
        },
    ]
}

/// A loader that says what it is told to: before each transfer a byte for its length, 255 for a stall.
private final class LoaderScript: LoaderTransport {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    func send(_ bytes: [UInt8]) throws(USBError) {}

    func receive(atMost count: Int) throws(USBError) -> [UInt8] {
        guard let length = rest.popFirst() else { throw .gone }
        guard length < 255 else { throw .stalled }
        return take(Int(length))
    }

    func status() throws(USBError) -> [UInt8] { take(16) }

    func reset() throws(USBError) {}

    private func take(_ count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }
}

private func isReply<Question: PodQuestion>(
    _ question: Question.Type, _ bytes: [UInt8], _ sequence: UInt16, isPossible: (Question.Answer) -> Bool
) -> Bool {
    guard case .done(let answer) = try? Question.reply(bytes, sequence: sequence) else { return false }
    precondition(isPossible(answer), "\(answer) of a \(Question.request)")
    return true
}

extension PodMicros {
    fileprivate var isPossible: Bool { value >= 0 && value <= 1 << 53 }
}

extension PodStanding {
    fileprivate var agrees: Bool { (phase == .fault) == (fault != nil) }
}
