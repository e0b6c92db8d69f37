import Glibc
import Linux

/// What the search was asked, or why it would prove nothing.
enum SearchError: Error {
    case usage
    /// This plain file has no window rich enough: nothing of it could ever be found.
    case poor(String)
    /// A planted piece was not found.
    case blind(String)
}

/// A hit: where in the haystack, and which piece of which plain file.
struct Hit {
    let offset: Int
    let place: Windows.Place
}

let pieceLength = 4 << 20
let mostPrinted = 8

/// Searches one file piece by piece; each piece begins with the end of the one before, so no window is cut.
func hits(in path: String, windows: Windows) throws -> (count: Int, first: [Hit]) {
    let file = try Folder(path: ".").open(path, O_RDONLY)
    var count = 0
    var first: [Hit] = []
    var position = 0
    var tail: [UInt8] = []
    while let some = try readSome(pieceLength, from: file) {
        let start = position - tail.count
        let bytes = tail + some
        windows.search(bytes) { offset, place in
            count += 1
            if first.count < mostPrinted { first.append(Hit(offset: start + offset, place: place)) }
        }
        position += some.count
        tail = Array(bytes.suffix(Windows.length - 1))
    }
    return (count, first)
}

/// Plants each plain file into noise at an odd place and looks for every window of it.
func proveSight(_ windows: Windows, files: [[UInt8]], names: [String]) throws {
    for (number, bytes) in files.enumerated() {
        if windows.counts[number] == 0 { throw SearchError.poor(names[number]) }
        var own = 0
        let noise = (0..<1001).map { _ in UInt8.random(in: 0...255) }
        windows.search(noise + bytes + noise) { offset, _ in
            if (offset - noise.count).isMultiple(of: Windows.length) { own += 1 }
        }
        if own < windows.counts[number] { throw SearchError.blind(names[number]) }
    }
}

/// - Returns: whether anything plain was found.
func search(_ words: some Sequence<String>) throws -> Bool {
    var plain: [String] = []
    var haystacks: [String] = []
    var inHaystacks: Bool?
    for word in words {
        switch (word, inHaystacks) {
        case ("--plain", _): inHaystacks = false
        case ("--in", _): inHaystacks = true
        case (_, false): plain.append(word)
        case (_, true): haystacks.append(word)
        case (_, nil): throw SearchError.usage
        }
    }
    if plain.isEmpty || haystacks.isEmpty { throw SearchError.usage }
    let folder = try Folder(path: ".")
    let files = try plain.map { try folder.read($0, bound: 1 << 30) }
    let windows = Windows(of: files)
    try proveSight(windows, files: files, names: plain)
    print("searching for \(windows.counts.reduce(0, +)) windows of \(plain.count) plain files")
    var any = false
    for path in haystacks {
        let (count, first) = try hits(in: path, windows: windows)
        print("\(path): \(count) windows found")
        for hit in first { print("  at \(hit.offset): \(plain[hit.place.file]) + \(hit.place.offset)") }
        if count > 0 { any = true }
    }
    return any
}

do {
    exit(try search(CommandLine.arguments.dropFirst()) ? 1 : 0)
} catch {
    let reason =
        switch error {
        case SearchError.usage: "usage: raw-search --plain FILE… --in FILE…"
        case SearchError.poor(let name): "raw-search: \(name) has no window with enough different bytes"
        case SearchError.blind(let name): "raw-search: a planted piece of \(name) was not found"
        default: "raw-search: \(error)"
        }
    try? writeAll(Array("\(reason)\n".utf8), to: Descriptor(owning: STDERR_FILENO))
    exit(2)
}
