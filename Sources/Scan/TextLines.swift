/// Walks over the lines of a text; holds places only, so that hundreds of megabytes are read where they lie.
struct TextLines {
    private var place: Int
    /// The number of the line that was read last.
    private(set) var number = 0

    init(from place: Int = 0, number: Int = 0) { (self.place, self.number) = (place, number) }

    /// Where the next line begins.
    var next: Int { place }

    /// The bytes of the next line without its end (LF or CR LF); nil behind the last.
    mutating func next(in bytes: Span<UInt8>) throws(ScanFault) -> Words? {
        guard place < bytes.count else { return nil }
        number += 1
        var end = place
        while end < bytes.count, bytes[end] != 0x0A { end += 1 }
        guard end - place <= ScanBounds.lineBytes else { throw .lineLength(line: number) }
        let start = place
        place = end + 1
        if end > start, bytes[end - 1] == 0x0D { end -= 1 }
        return Words(start..<end, line: number)
    }
}

/// The words of one line, between blanks and tabs.
struct Words {
    private var rest: Range<Int>
    let line: Int

    init(_ range: Range<Int>, line: Int) { (rest, self.line) = (range, line) }

    mutating func next(in bytes: Span<UInt8>) -> Range<Int>? {
        skipBlanks(in: bytes)
        var end = rest.lowerBound
        while end < rest.upperBound, !Self.isBlank(bytes[end]) { end += 1 }
        guard end > rest.lowerBound else { return nil }
        defer { rest = end..<rest.upperBound }
        return rest.lowerBound..<end
    }

    /// All that is left of the line, without the blanks around it.
    mutating func remainder(in bytes: Span<UInt8>) -> [UInt8] {
        skipBlanks(in: bytes)
        var end = rest.upperBound
        while end > rest.lowerBound, Self.isBlank(bytes[end - 1]) { end -= 1 }
        let result = (rest.lowerBound..<end).map { bytes[$0] }
        rest = rest.upperBound..<rest.upperBound
        return result
    }

    /// The next word, which must be a number.
    mutating func number(in bytes: Span<UInt8>) throws(ScanFault) -> Double {
        guard let word = next(in: bytes), let number = decimal(bytes, word) else { throw .number(line: line) }
        return number
    }

    /// - Returns: how many numbers make up the rest of the line.
    mutating func numbers(in bytes: Span<UInt8>, _ allowed: ClosedRange<Int>) throws(ScanFault) {
        var count = 0
        while let word = next(in: bytes) {
            guard decimal(bytes, word) != nil else { throw .number(line: line) }
            count += 1
        }
        guard allowed.contains(count) else { throw .number(line: line) }
    }

    /// The rest of the line as a plain file name.
    mutating func name(in bytes: Span<UInt8>) throws(ScanFault) -> ScanName {
        guard let name = ScanName(parsing: String(decoding: remainder(in: bytes), as: UTF8.self)) else {
            throw .name(line: line)
        }
        return name
    }

    mutating func finish(in bytes: Span<UInt8>) throws(ScanFault) {
        guard next(in: bytes) == nil else { throw .word(line: line) }
    }

    private mutating func skipBlanks(in bytes: Span<UInt8>) {
        var start = rest.lowerBound
        while start < rest.upperBound, Self.isBlank(bytes[start]) { start += 1 }
        rest = start..<rest.upperBound
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == blank || byte == 0x09 }
}

func says(_ bytes: Span<UInt8>, _ word: Range<Int>, _ text: String) -> Bool {
    guard word.count == text.utf8.count else { return false }
    var place = word.lowerBound
    for byte in text.utf8 {
        guard bytes[place] == byte else { return false }
        place += 1
    }
    return true
}

/// A decimal number: sign, digits, point, exponent; nil for anything else, for what is no finite number, and for what is
/// larger than any coordinate. Exact to a few parts in 10^15, which no check here needs.
func decimal(_ bytes: Span<UInt8>, _ word: Range<Int>) -> Double? {
    var place = word.lowerBound
    func isDigit(_ place: Int) -> Bool { place < word.upperBound && bytes[place] >= 0x30 && bytes[place] <= 0x39 }
    func takeSign() -> Bool {
        guard place < word.upperBound, bytes[place] == 0x2D || bytes[place] == 0x2B else { return false }
        defer { place += 1 }
        return bytes[place] == 0x2D
    }
    let isNegative = takeSign()
    var (value, scale, digits) = (0.0, 0, 0)
    while isDigit(place) {
        value = value * 10 + Double(bytes[place] - 0x30)
        (place, digits) = (place + 1, digits + 1)
    }
    if place < word.upperBound, bytes[place] == 0x2E {
        place += 1
        while isDigit(place) {
            // More digits than a Double has say nothing.
            if digits < 40 { (value, scale) = (value * 10 + Double(bytes[place] - 0x30), scale - 1) }
            (place, digits) = (place + 1, digits + 1)
        }
    }
    guard digits > 0, digits <= 400 else { return nil }
    if place < word.upperBound, bytes[place] == 0x65 || bytes[place] == 0x45 {
        place += 1
        let isSmall = takeSign()
        var exponent = 0
        guard isDigit(place) else { return nil }
        while isDigit(place) {
            exponent = min(exponent * 10 + Int(bytes[place] - 0x30), 1000)
            place += 1
        }
        scale += isSmall ? -exponent : exponent
    }
    guard place == word.upperBound else { return nil }
    // Too small to matter, and 300 divisions for six bytes would be a way to keep this busy.
    if scale < -100 { return digits < 100 ? 0 : nil }
    for _ in 0..<abs(scale) where value != 0 && value < 1e300 { value = scale < 0 ? value / 10 : value * 10 }
    guard value <= ScanBounds.coordinate else { return nil }
    return isNegative ? -value : value
}

/// A whole number with or without a sign, of at most nine digits; nil for anything else.
func integer(_ bytes: Span<UInt8>, _ word: Range<Int>) -> Int? {
    var digits = word
    let isNegative = !word.isEmpty && bytes[word.lowerBound] == 0x2D
    if isNegative { digits = word.dropFirst() }
    guard (1...9).contains(digits.count) else { return nil }
    var value = 0
    for place in digits {
        guard bytes[place] >= 0x30, bytes[place] <= 0x39 else { return nil }
        value = value * 10 + Int(bytes[place] - 0x30)
    }
    return isNegative ? -value : value
}
