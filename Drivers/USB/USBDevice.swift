import CUSB
import DeviceDescriptors
import Glibc
import Linux

/// An opened USB device, of which nothing is claimed yet. It closes when this value ends.
package struct USBDevice: ~Copyable, Sendable {
    package let listing: USBListing
    package let descriptors: USBDescriptors
    private let handle: Handle

    /// Opens the node, and makes sure that it is still the device that was listed: while it is open its numbers are nobody
    /// else's.
    ///
    /// - Throws: `absent`, `notAllowed`, `descriptors`, `system`, `library`.
    package init(opening listing: USBListing) throws(USBError) {
        let node = try Self.node(of: listing)
        guard USBListing(port: listing.port) == listing else { throw .absent }
        let descriptors = try Self.descriptors(of: node)
        guard descriptors.id == listing.id else { throw .absent }
        let handle = try Handle(wrapping: node)
        (self.listing, self.descriptors) = (listing, descriptors)
        self.handle = handle
    }

    private static func node(of listing: USBListing) throws(USBError) -> Descriptor {
        do {
            return Descriptor(owning: try check("open") { unsafe open(listing.path, O_RDWR | O_CLOEXEC) })
        } catch {
            switch error.errno {
            case Errno.noEntry, Errno.noDevice: throw .absent
            case EACCES, EPERM: throw .notAllowed
            default: throw .system(error)
            }
        }
    }

    private static func descriptors(of node: borrowing Descriptor) throws(USBError) -> USBDescriptors {
        let bytes: [UInt8]
        do { bytes = try readAll(from: node, bound: USBDescriptors.mostBytes) } catch {
            switch error {
            case .system(let error): throw error.errno == Errno.noDevice ? .gone : .system(error)
            case .tooLarge(let bound): throw .descriptors(.tooLong(bound + 1))
            case .short: throw .descriptors(.cut)
            }
        }
        do { return try USBDescriptors(parsing: bytes) } catch { throw .descriptors(error) }
    }

    /// Takes an interface for this process alone, and begins its endpoints anew: what another program left in them is gone.
    ///
    /// - Throws: `busy` where another program or a kernel driver has it, `gone`, `library`.
    package consuming func claim(_ setting: USBSetting) throws(USBError) -> USBInterface {
        try USBInterface(claiming: setting, of: handle, listing: listing)
    }
}

/// A claimed interface: the only thing that moves bytes. It is released, and its device closed, when the last owner of this
/// value lets go. Threads may share it.
package final class USBInterface: Sendable {
    package let listing: USBListing
    package let setting: USBSetting
    private let handle: Handle

    fileprivate init(claiming setting: USBSetting, of handle: consuming Handle, listing: USBListing) throws(USBError) {
        let claimed = unsafe obscura_usb_claim(handle.pointer, CInt(setting.interface))
        guard claimed == 0 else { throw USBError(library: claimed) }
        // Where this fails the device closes, which releases the interface.
        let set = unsafe obscura_usb_set(handle.pointer, CInt(setting.interface), CInt(setting.alternate))
        guard set == 0 else { throw USBError(library: set) }
        (self.setting, self.listing) = (setting, listing)
        self.handle = handle
    }

    // A device that is gone has released everything.
    deinit { _ = unsafe obscura_usb_release(handle.pointer, CInt(setting.interface)) }

    /// Sends all bytes, which may be none, in one transfer.
    ///
    /// - Parameters:
    ///   - endpoint: an outgoing bulk or interrupt endpoint of the setting.
    ///   - time: how long it may take, at least a millisecond; nil is no limit.
    /// - Throws: `timedOut`, `short`, `stalled`, `gone`, `cancelled`, `failed`, `library`.
    package func send(_ bytes: [UInt8], to endpoint: USBEndpoint, within time: Duration?) throws(USBError) {
        precondition(!endpoint.isIncoming && setting.endpoints.contains(endpoint))
        var copy = bytes
        let moved = try move(&copy, endpoint, time)
        guard moved == bytes.count else { throw .short(moved: moved) }
    }

    /// Receives one transfer of at most `count` bytes; a short one is no error. Bytes that came as the time ran out or
    /// the transfer was taken back are not lost.
    ///
    /// - Parameters:
    ///   - count: at least the endpoint's packet: a device that fills a packet beyond the room for it babbles.
    ///   - endpoint: an incoming bulk or interrupt endpoint of the setting.
    ///   - time: how long to wait, at least a millisecond; nil is no limit.
    /// - Throws: `timedOut`, `babbled`, `stalled`, `gone`, `cancelled`, `failed`, `library`.
    package func receive(
        atMost count: Int, from endpoint: USBEndpoint, within time: Duration?
    ) throws(USBError) -> [UInt8] {
        precondition(endpoint.isIncoming && setting.endpoints.contains(endpoint) && count > 0)
        var bytes = [UInt8](repeating: 0, count: count)
        let moved = try move(&bytes, endpoint, time)
        bytes.removeLast(count - moved)
        return bytes
    }

    /// A vendor's request to this interface that brings nothing (USB 2.0, 9.3).
    ///
    /// - Throws: as `ask`.
    package func tell(vendor request: UInt8, within time: Duration) throws(USBError) {
        _ = try ask(vendor: request, length: 0, within: time)
    }

    /// A vendor's request to this interface that brings at most so many bytes (USB 2.0, 9.3). `cancel` does not end it.
    ///
    /// - Parameter time: at least a millisecond.
    /// - Throws: `timedOut`, `stalled`, `gone`, `library`.
    package func ask(vendor request: UInt8, length: UInt16, within time: Duration) throws(USBError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: Int(length))
        var moved = 0
        let milliseconds = max(1, UInt32(clamping: Int64((time / .milliseconds(1)).rounded(.up))))
        let code = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            unsafe obscura_usb_ask(
                handle.pointer, request, setting.interface, buffer.baseAddress, length, milliseconds, &moved)
        }
        guard code == 0 else { throw USBError(ending: code, moved: moved) }
        bytes.removeLast(bytes.count - moved)
        return bytes
    }

    /// Ends the halt of an endpoint, and begins its data toggle anew.
    ///
    /// - Throws: `gone`, `library`.
    package func clearHalt(of endpoint: USBEndpoint) throws(USBError) {
        let code = unsafe obscura_usb_clear_halt(handle.pointer, endpoint.address)
        guard code == 0 else { throw USBError(library: code) }
    }

    /// Ends every transfer that is under way, and every one that is asked for from now on, with `cancelled`.
    package func cancel() { unsafe obscura_usb_cancel(handle.pointer) }

    private func move(_ bytes: inout [UInt8], _ endpoint: USBEndpoint, _ time: Duration?) throws(USBError) -> Int {
        precondition(endpoint.kind == .bulk || endpoint.kind == .interrupt)
        let milliseconds = time.map { max(1, UInt32(clamping: Int64(($0 / .milliseconds(1)).rounded(.up)))) } ?? 0
        var moved = 0
        let count = bytes.count
        let code = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            unsafe obscura_usb_move(
                handle.pointer, endpoint.kind == .interrupt ? 1 : 0, endpoint.address, buffer.baseAddress, count,
                milliseconds, &moved)
        }
        switch Int(code) {
        case OBSCURA_USB_DONE: return moved
        case OBSCURA_USB_TIMED_OUT where endpoint.isIncoming && moved > 0: return moved
        case OBSCURA_USB_CANCELLED where endpoint.isIncoming && moved > 0: return moved
        default: throw USBError(ending: code, moved: moved)
        }
    }
}

/// libusb's context and handle over a node that is open as long as they are. libusb locks what threads share.
@safe struct Handle: ~Copyable, @unchecked Sendable {
    let pointer: OpaquePointer
    private let node: Descriptor

    init(wrapping node: consuming Descriptor) throws(USBError) {
        var pointer: OpaquePointer?
        let code = unsafe obscura_usb_open(node.number, &pointer)
        guard let opened = unsafe pointer, code == 0 else { throw USBError(library: code) }
        unsafe self.pointer = unsafe opened
        self.node = node
    }

    deinit { unsafe obscura_usb_close(pointer) }
}
