/// Checks the marker segments before CharLS sees the file: SOI, frame, perhaps coding parameters, one scan, EOI.
///
/// CharLS 2.4.1 never comes back from a scan without EOI, nor from one whose statistics are not halved in time, so
/// neither reaches it. RESET stays at T.87's 64, as our own coder has it.
/// - Returns: the picture's bytes: to EOI, without the zero that pads it to an even length.
func checkMarkers(_ bytes: Span<UInt8>) throws(JPEGLSError) -> Int {
    var count = bytes.count
    if count > 2, bytes[count - 1] == 0 { count -= 1 }
    guard count > 4, bytes[0] == 0xFF, bytes[1] == 0xD8, bytes[count - 2] == 0xFF, bytes[count - 1] == 0xD9
    else { throw .markers(at: 0) }
    var place = 2
    while true {
        guard place + 4 <= count, bytes[place] == 0xFF else { throw .markers(at: place) }
        let marker = bytes[place + 1]
        let length = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
        guard length >= 2, place + 2 + length <= count - 2 else { throw .markers(at: place) }
        switch marker {
        case 0xF7: break
        case 0xF8:
            // Identifier, MAXVAL, three thresholds, RESET.
            guard length == 13, bytes[place + 4] == 1, bytes[place + 13] == 0, bytes[place + 14] == 64
            else { throw .markers(at: place) }
        case 0xDA:
            try checkScan(bytes, place + 2 + length..<count - 2)
            return count
        default: throw .markers(at: place)
        }
        place += 2 + length
    }
}

/// Within a scan the byte behind 0xFF is below 0x80 (T.87, A.1).
private func checkScan(_ bytes: Span<UInt8>, _ scan: Range<Int>) throws(JPEGLSError) {
    var afterFF = false
    for place in scan {
        let byte = bytes[place]
        if afterFF, byte >= 0x80 { throw .markers(at: place) }
        afterFF = byte == 0xFF
    }
}
