import CCurl
import Glibc

/// What libcurl's callbacks read and write during one request.
final class Transfer {
    /// Bytes of headers taken from one answer.
    static let headerBound = 65536

    let body: HTTPRequest.Body
    let answerBound: Int
    let answerTime: Duration
    let wanted: (Int) -> Bool
    /// Gets the body of an answer with status 200 piece by piece.
    let sink: (([UInt8]) -> Bool)?
    private var status = 0
    var sent = 0
    var headers: [(name: String, value: String)] = []
    var headerBytes = 0
    var answer: [UInt8] = []
    var failure: CurlError?
    /// The status line of an answer that is not provisional has come.
    private var isAnswered = false
    /// Since when nothing but the answer's rest is missing.
    private var sentSince: ContinuousClock.Instant?

    init(
        _ request: HTTPRequest, answerWithin answerTime: Duration, wanted: @escaping (Int) -> Bool,
        sink: (([UInt8]) -> Bool)? = nil
    ) {
        self.sink = sink
        body = request.body
        answerBound = request.answerBound
        self.answerTime = answerTime
        self.wanted = wanted
    }

    /// How many bytes the body has.
    var bodyCount: Int {
        switch body {
        case .none: 0
        case .bytes(let bytes): bytes.count
        case .file(_, _, let count): count
        }
    }

    /// Copies the next bytes of the body to `target`; nil when the file cannot give them.
    func fill(_ target: UnsafeMutableRawBufferPointer) -> Int? {
        let count = min(target.count, bodyCount - sent)
        switch body {
        case .none: return 0
        case .bytes(let bytes):
            unsafe bytes[sent..<(sent + count)].withUnsafeBytes { unsafe target.copyMemory(from: $0) }
            sent += count
            return count
        case .file(let descriptor, let offset, _):
            if count == 0 { return 0 }
            while true {
                let got = unsafe pread(descriptor, target.baseAddress, count, off_t(offset + sent))
                if got > 0 {
                    sent += got
                    return got
                }
                if got == -1, errno == EINTR { continue }
                failure = .body(errno: got == 0 ? 0 : errno)
                return nil
            }
        }
    }

    /// Whether the answer takes longer than it may. A body on its way takes the time that it needs.
    func isLate() -> Bool {
        // An answer in pieces lasts as long as it lasts.
        if sink != nil, status == 200 { return false }
        guard sent == bodyCount || isAnswered else {
            // libcurl may begin anew on another connection.
            sentSince = nil
            return false
        }
        let now = ContinuousClock.now
        guard let sentSince else {
            sentSince = now
            return false
        }
        return now - sentSince > answerTime
    }

    /// Takes one header line; a status line starts the list again, so that only the final answer's remain.
    func takeHeader(_ line: [UInt8]) -> Bool {
        headerBytes += line.count
        if headerBytes > Self.headerBound {
            failure = .tooLarge(Self.headerBound)
            return false
        }
        if line.starts(with: "HTTP/".utf8) {
            headers = []
            answer = []
            // After the version and a space; 1xx may come at any time.
            let code = line.split(separator: UInt8(ascii: " ")).dropFirst().first
            isAnswered = code?.first != UInt8(ascii: "1")
            status = code.flatMap { Int(String(decoding: $0, as: UTF8.self).prefix(3)) } ?? 0
            return true
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return true }
        let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
        let blank: Set<UInt8> = [0x20, 0x09, 0x0d, 0x0a]
        let value = line[(colon + 1)...].drop { blank.contains($0) }
        let end = value.lastIndex { !blank.contains($0) }.map { $0 + 1 } ?? value.startIndex
        headers.append((name, String(decoding: value[value.startIndex..<end], as: UTF8.self)))
        return true
    }

    func takeBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        if let sink, status == 200 {
            if unsafe sink([UInt8](bytes)) { return true }
            failure = .cancelled
            return false
        }
        if answer.count + bytes.count > answerBound {
            failure = .tooLarge(answerBound)
            return false
        }
        unsafe answer.append(contentsOf: bytes)
        return true
    }

    /// Hangs the callbacks on the handle. The transfer must outlive the request.
    func attach(to handle: OpaqueCurl) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe obscura_curl_set_callbacks(
            handle, context,
            { bytes, size, count, context in
                let target = unsafe UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
                return unsafe Transfer.of(context).fill(target) ?? Int(CURL_READFUNC_ABORT)
            },
            { bytes, size, count, context in
                let part = unsafe UnsafeRawBufferPointer(start: bytes, count: size * count)
                return unsafe Transfer.of(context).takeBody(part) ? size * count : 0
            },
            { bytes, size, count, context in
                let line = unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: size * count))
                return unsafe Transfer.of(context).takeHeader(line) ? size * count : 0
            },
            { context, offset, origin in
                guard origin == SEEK_SET, offset >= 0 else { return CURL_SEEKFUNC_CANTSEEK }
                unsafe Transfer.of(context).sent = Int(offset)
                return CURL_SEEKFUNC_OK
            },
            { context, _, _, _, uploaded in
                let transfer = unsafe Transfer.of(context)
                if !transfer.wanted(Int(uploaded)) {
                    transfer.failure = .cancelled
                } else if transfer.isLate() {
                    transfer.failure = .timedOut
                }
                return transfer.failure == nil ? 0 : 1
            })
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> Transfer {
        unsafe Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue()
    }
}
