import ForeignPictures
import Glibc
import Linux

#if !PICTURES
    import ForeignBytes
#endif

#if PICTURES
    private let parsers = ForeignParser.pictures
#else
    private let parsers = ForeignParser.all
#endif

/// What libFuzzer drives: `obscura-fuzz --parser=NAME [libFuzzer's options] CORPUS...`.
private nonisolated(unsafe) var parser: ForeignParser?

@_cdecl("LLVMFuzzerInitialize")
func chooseParser(
    _ count: UnsafeMutablePointer<CInt>,
    _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> CInt {
    let names = parsers.map(\.name)
    for index in 1..<max(1, Int(unsafe count.pointee)) {
        guard let word = unsafe words.pointee[index] else { continue }
        let text = unsafe String(cString: word)
        if text.hasPrefix("--parser=") {
            unsafe parser = parsers.first { $0.name == text.dropFirst("--parser=".count) }
        }
    }
    guard unsafe parser != nil else {
        complain("obscura-fuzz: say --parser= with one of: \(names.joined(separator: " "))")
        exit(2)
    }
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
func takeOneInput(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    _ = unsafe parser?.takes(bytes)
    return 0
}
