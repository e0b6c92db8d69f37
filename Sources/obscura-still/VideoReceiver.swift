import Linux
import StillNode
import UVC

extension VideoShot {
    /// What comes from the camera.
    struct Receiver: ~Copyable {
        /// Bytes of a packet or transfer of the video endpoint, packets of a transfer; bytes of a transfer of the still's.
        let videoSize: Int
        let videoPackets: Int
        let stillSize: Int
        private(set) var frames = 0
        private(set) var isWhole = false
        private(set) var error: VideoShotError?
        private let still: UVCStill
        private var video: UVCPayloads
        private var own: UVCPayloads
        private var file: MemoryFile
        private var count = 0
        private var isAwaited = false

        init(
            _ still: UVCStill, _ pipe: UVCStill.Pipe, _ stream: UVCStill.Promise, _ picture: UVCStill.Promise,
            bound: Int
        ) throws(VideoShotError) {
            guard picture.picture <= bound else { throw .large(picture.picture) }
            file = try Self.file(picture.picture)
            self.still = still
            video = UVCPayloads(isOwn: false, stream: stream.payload, still: picture.payload)
            own = UVCPayloads(isOwn: true, stream: stream.payload, still: picture.payload)
            let payloads = still.wish.method == .two ? [stream.payload, picture.payload] : [stream.payload]
            (videoSize, videoPackets) =
                pipe.isIsochronous ? (pipe.packet, VideoShot.packets) : (Self.transfer(of: payloads, pipe.packet), 0)
            stillSize = Self.transfer(of: [picture.payload], still.stillPacket)
        }

        /// Bytes of a bulk transfer: as many packets as divide every full payload, so that each ends with one.
        private static func transfer(of payloads: [Int], _ packet: Int) -> Int {
            let counts = payloads.map { ($0 + packet - 1) / packet }
            let packets = (1...VideoShot.packets).last { some in counts.allSatisfy { $0 % some == 0 } }
            return (packets ?? 1) * packet
        }

        /// From now on a still is the one that was asked for.
        mutating func begin() {
            isAwaited = true
            video.forget()
            own.forget()
        }

        mutating func receive(_ endpoint: UInt8, _ error: StillNodeError?, _ bytes: Span<UInt8>) {
            guard self.error == nil, !isWhole else { return }
            if let error {
                // An isochronous packet may be lost: no still is whole without it.
                guard videoPackets > 0, endpoint == still.videoEndpoint else {
                    self.error = .node(error)
                    return
                }
                if count > 0 { self.error = .picture }
                return
            }
            let piece: UVCPayloads.Piece
            if endpoint == still.videoEndpoint {
                piece =
                    videoPackets > 0 ? video.packet(bytes) : video.transfer(bytes, isShort: bytes.count < videoSize)
            } else {
                piece = own.transfer(bytes, isShort: bytes.count < stillSize)
            }
            take(piece, of: bytes)
        }

        private mutating func take(_ piece: UVCPayloads.Piece, of bytes: Span<UInt8>) {
            switch piece {
            case .passed: break
            case .frame: frames += 1
            case .ended: if isAwaited, count > 0 { isWhole = true }
            case .damaged: if isAwaited { error = .picture }
            case .still(let from, let isLast):
                guard isAwaited else { return }
                let some = bytes.extracting(from..<bytes.count)
                guard some.count <= file.count - count else {
                    error = .broken
                    return
                }
                file.write(some, at: count)
                count += some.count
                isWhole = isLast
            }
        }

        mutating func wipe() { file.wipe() }

        /// The picture alone.
        func picture() throws(VideoShotError) -> MemoryFile {
            guard let whole = still.wish.count(in: file.bytes.extracting(0..<count)) else { throw .picture }
            var picture = try Self.file(whole)
            picture.write(file.bytes.extracting(0..<whole), at: 0)
            return picture
        }

        private static func file(_ count: Int) throws(VideoShotError) -> MemoryFile {
            do { return try MemoryFile(name: "obscura-still", count: count) } catch { throw .memory(error) }
        }
    }
}
