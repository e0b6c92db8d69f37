/// USB vendor and product, as in `046d:085e`.
package struct USBID: Sendable, Hashable, CustomStringConvertible {
    package let vendor: UInt16
    package let product: UInt16

    package init(vendor: UInt16, product: UInt16) { (self.vendor, self.product) = (vendor, product) }

    /// Four lower-case hex digits, a colon, four more: as sysfs and `lsusb` write it.
    package init?(parsing text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let vendor = UInt16(usbHex: parts[0]), let product = UInt16(usbHex: parts[1]) else {
            return nil
        }
        self.init(vendor: vendor, product: product)
    }

    package var description: String { "\(vendor.usbHex):\(product.usbHex)" }
}

extension UInt16 {
    /// Four lower-case hex digits, nothing else.
    package init?(usbHex text: some StringProtocol) {
        guard text.utf8.count == 4,
            text.utf8.allSatisfy({
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            })
        else { return nil }
        self.init(text, radix: 16)
    }

    /// Four lower-case hex digits.
    package var usbHex: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}

/// A text that a device says of itself, made fit for logs, journals and terminals: at most 128 printable ASCII characters.
///
/// Every other byte, and `%` itself, becomes `%` and two hex digits, so that two texts never look the same.
package struct DeviceText: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    static let bound = 128

    package init(cleaning bytes: some Sequence<UInt8>) {
        var clean: [UInt8] = []
        for byte in bytes {
            if (0x20...0x7E).contains(byte), byte != UInt8(ascii: "%") {
                clean.append(byte)
            } else {
                let digits = Array("0123456789abcdef".utf8)
                clean += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
            if clean.count >= Self.bound { break }
        }
        while clean.first == 0x20 { clean.removeFirst() }
        clean = Array(clean.prefix(Self.bound))
        while clean.last == 0x20 { clean.removeLast() }
        description = String(decoding: clean, as: UTF8.self)
    }
}

/// The first line of a file of sysfs, empty where there is none; what the device says is cleaned, see `DeviceText`.
package func deviceAttribute(_ path: String) -> String {
    guard let file = try? openForReading(path), let bytes = try? readAll(from: file, bound: 4096) else { return "" }
    return DeviceText(cleaning: bytes.prefix { $0 != UInt8(ascii: "\n") }).description
}
