import CZlib

/// Why bytes did not come out of, or go into, a zlib stream.
package enum ZlibError: Error, Equatable, Sendable {
    /// The stream makes more bytes than the caller's bound.
    case tooLarge(bound: Int)
    /// Not one whole zlib stream.
    case corrupt
    case outOfMemory
}

/// Whole zlib streams (RFC 1950) in memory, with a bound on what comes out.
package enum Zlib {
    /// - Parameter bound: the most bytes that may come out; a stream that makes more is refused without making them.
    package static func inflate(_ bytes: [UInt8], bound: Int) throws(ZlibError) -> [UInt8] {
        // The output is grown only as far as it is needed: a small list must not cost the bound.
        var room = min(bound, max(4096, bytes.count * 8))
        while true {
            do {
                return try unsafe run(bytes, room: room) { (from, count, to, room, written) in
                    unsafe obscura_zlib_inflate(from, count, to, room, written)
                }
            } catch .tooLarge where room < bound {
                room = min(bound, room * 8)
            }
        }
    }

    package static func deflate(_ bytes: [UInt8]) throws(ZlibError) -> [UInt8] {
        try unsafe run(bytes, room: obscura_zlib_bound(bytes.count)) { (from, count, to, room, written) in
            unsafe obscura_zlib_deflate(from, count, to, room, written)
        }
    }

    private typealias Call = (
        UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UInt8>?, Int, UnsafeMutablePointer<Int>
    ) -> CInt

    private static func run(_ bytes: [UInt8], room: Int, _ call: Call) throws(ZlibError) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: room)
        var written = 0
        let result = unsafe output.withUnsafeMutableBufferPointer { output in
            unsafe bytes.withUnsafeBufferPointer { input in
                unsafe call(input.baseAddress, input.count, output.baseAddress, output.count, &written)
            }
        }
        switch result {
        case 0:
            output.removeLast(room - written)
            return output
        case 1: throw .tooLarge(bound: room)
        case 2: throw .corrupt
        default: throw .outOfMemory
        }
    }
}
