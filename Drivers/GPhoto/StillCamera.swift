import CGPhoto
import Glibc

/// Where libgphoto2's parts lie. It loads whatever lies in a folder, so each folder holds one and no other.
package struct StillDrivers: Sendable {
    let ports: String
    let folder: String

    /// - Parameters:
    ///   - ports: the folder of the port library.
    ///   - folder: the folder of the driver `ptp2`.
    package init(ports: String, driver folder: String) throws(StillCameraError) {
        guard unsafe obscura_still_ports(ports) == 0, unsafe obscura_still_drivers(folder) == 0 else { throw .driver }
        (self.ports, self.folder) = (ports, folder)
    }
}

/// Who a still camera says it is; what it says is foreign text.
package struct StillCameraName: Sendable, Equatable {
    package let manufacturer: String
    package let model: String
    package let serial: String
    package let version: String
}

/// One still camera that speaks PTP, open: libgphoto2 holds a session with it until this value ends.
@safe package struct StillCamera: ~Copyable {
    private let camera: OpaquePointer

    /// Files that are looked through before and after an exposure; each costs a question to the camera.
    private static let mostFiles: CInt = 500

    /// Opens the camera at one place of the bus; nothing else is looked at.
    package init(bus: UInt8, device: UInt8, drivers: StillDrivers) throws(StillCameraError) {
        var found: OpaquePointer?
        let node = "usb:\(Self.three(bus)),\(Self.three(device))"
        try Self.check(unsafe obscura_still_open(drivers.ports, drivers.folder, node, &found))
        guard let opened = unsafe found else { throw .absent }
        unsafe camera = opened
    }

    deinit { unsafe obscura_still_close(camera) }

    private static func three(_ number: UInt8) -> String { String(String(Int(number) + 1000).dropFirst()) }

    package func name() throws(StillCameraError) -> StillCameraName {
        func text(_ setting: String) throws(StillCameraError) -> String {
            guard let text = try value(of: setting), !text.isEmpty else { throw .unnamed(setting) }
            return text
        }
        return StillCameraName(
            manufacturer: try text("manufacturer"), model: try text("cameramodel"),
            serial: try value(of: "serialnumber") ?? "", version: try value(of: "deviceversion") ?? "")
    }

    /// Takes one picture past the card and lends its bytes, which are wiped afterwards.
    ///
    /// - Parameters:
    ///   - bound: bytes that the picture may have.
    ///   - body: gets the JPEG. It is called before the card is looked at again; an error after it takes the picture back.
    package mutating func expose<R>(
        bound: Int, _ body: (Span<UInt8>) throws(StillCameraError) -> R
    ) throws(StillCameraError) -> R {
        try requireJPEG()
        try chooseMemory()
        let before = try files()
        var folder = [CChar](repeating: 0, count: 1024)
        var name = [CChar](repeating: 0, count: 128)
        try Self.check(unsafe obscura_still_capture(camera, &folder, &name))
        let result = lend(folder, name, bound, body)
        // Whatever came: what lies on the card goes, and then the card is looked at.
        let deleted = unsafe obscura_still_delete(camera, folder, name)
        let isOnCard = !Self.isMemory(name)
        let after = try files()
        guard after <= before else { throw .kept }
        if isOnCard { throw deleted < 0 ? .kept : .card }
        return try result.get()
    }

    private func lend<R>(
        _ folder: [CChar], _ name: [CChar], _ bound: Int, _ body: (Span<UInt8>) throws(StillCameraError) -> R
    ) -> Result<R, StillCameraError> {
        var bytes: UnsafeMutablePointer<UInt8>? = nil
        var (count, came) = (0, 0)
        do throws(StillCameraError) {
            try Self.check(unsafe obscura_still_fetch(camera, folder, name, &bytes, &count, &came))
            guard let start = unsafe bytes, count > 0 else { throw .picture }
            // libgphoto2 takes the size from the camera's announcement: no byte behind what came may be looked at.
            guard count <= came else { throw .picture }
            defer { unsafe explicit_bzero(start, count) }
            guard count <= bound else { throw .large(count) }
            let span = unsafe Span<UInt8>(_unsafeStart: UnsafePointer(start), count: count)
            // Start of image and the marker behind it (ISO 10918-1, B.1.1.3).
            guard count > 4, span[0] == 0xff, span[1] == 0xd8, span[2] == 0xff else { throw .picture }
            return .success(try body(span))
        } catch { return .failure(error) }
    }

    /// libgphoto2's own name for what came out of the camera's memory; files of a card have the camera's.
    private static func isMemory(_ name: [CChar]) -> Bool { text(name).hasPrefix("capt") }

    private func files() throws(StillCameraError) -> CInt {
        let count = unsafe obscura_still_files(camera, Self.mostFiles)
        if count == GP_ERROR_FIXED_LIMIT_EXCEEDED { throw .crowded }
        try Self.check(count)
        return count
    }

    /// A raw picture, alone or beside a JPEG, is not taken: nothing here could mask it.
    private func requireJPEG() throws(StillCameraError) {
        for setting in ["imagequality", "imageformat"] {
            guard let words = try value(of: setting) else { continue }
            let small = words.lowercased()
            for kind in ["raw", "nef", "cr2", "cr3", "arw", "tif", "hei"] where small.contains(kind) {
                throw .quality(words)
            }
        }
    }

    /// Lets pictures go to the host, and believes it when the camera says so.
    private func chooseMemory() throws(StillCameraError) {
        // How it is to be asked of each maker's cameras, and how they say it; other words are another place.
        var said: [String] = []
        for (setting, words) in [("recordingmedia", ["SDRAM"]), ("capturetarget", ["Internal RAM", "sdram"])] {
            guard let now = try value(of: setting) else { continue }
            if !words.contains(now) {
                for word in words where unsafe obscura_still_choose(camera, setting, word) >= 0 { break }
            }
            let then = try value(of: setting) ?? ""
            guard words.contains(then) else { throw .target(then) }
            said.append(setting)
        }
        guard said.contains("capturetarget") else { throw .target("") }
    }

    /// A setting in the camera's words; nil where it has none of that name.
    private func value(of setting: String) throws(StillCameraError) -> String? {
        var text = [CChar](repeating: 0, count: 256)
        let code = unsafe obscura_still_setting(camera, setting, &text, text.count)
        if code == GP_ERROR_BAD_PARAMETERS || code == GP_ERROR_NOT_SUPPORTED { return nil }
        try Self.check(code)
        return Self.text(text)
    }

    /// What stands before the zero; what is no UTF-8 in it is repaired.
    private static func text(_ bytes: [CChar]) -> String {
        String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func check(_ code: CInt) throws(StillCameraError) {
        switch code {
        case 0...: return
        case GP_ERROR_LIBRARY: throw .driver
        case GP_ERROR_IO_USB_FIND, GP_ERROR_MODEL_NOT_FOUND: throw .absent
        case GP_ERROR_IO_USB_CLAIM: throw .taken
        case GP_ERROR_TIMEOUT: throw .late
        default: throw .wire(Int(code))
        }
    }
}
