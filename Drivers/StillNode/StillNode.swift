import CStillTransport
import DeviceDescriptors
import Glibc

/// What became of something that was asked of a still camera's node.
package enum StillNodeError: Error, Equatable, Sendable {
    /// The transport is not where it should be, or there is another file beside it.
    case transport
    /// Nothing is plugged in there any more.
    case absent
    /// This user may not open the node.
    case denied
    /// Another program or another kernel driver has an interface.
    case taken
    /// Nothing came, or not all was taken, in time.
    case late
    /// The endpoint is halted, or the camera refuses the request (USB 2.0, 8.4.5).
    case stalled
    case descriptors(USBDescriptorError)
    /// Any other errno.
    case failed(Int32)

    init(_ code: CInt) {
        switch -code {
        case ENODEV, ENOENT, ESHUTDOWN, ENXIO: self = .absent
        case EACCES, EPERM: self = .denied
        case EBUSY: self = .taken
        case ETIMEDOUT: self = .late
        case EPIPE: self = .stalled
        default: self = .failed(-code)
        }
    }
}

/// How bytes reach a device: usbfs in the product.
@safe package struct StillTransport: @unchecked Sendable {
    // A constant of a library that stays loaded.
    fileprivate let table: UnsafePointer<obscura_still_transport>

    /// - Parameter folder: holds the one library that brings it.
    package init(folder: String) throws(StillNodeError) {
        guard let found = unsafe obscura_still_transport_in(folder) else { throw .transport }
        unsafe table = found
    }
}

/// One opened device with a still camera in it. Closing takes back what waits and releases what is claimed, but the kernel's
/// driver comes back only when it is called: `giveBack`.
@safe package struct StillNode: ~Copyable {
    private let transport: StillTransport
    private let handle: UnsafeMutableRawPointer
    package let descriptors: USBDescriptors

    /// Milliseconds for a request on endpoint 0.
    private static let patience: CInt = 2000

    /// - Throws: `absent`, `denied`, `descriptors`, `failed`.
    package init(bus: UInt8, device: UInt8, _ transport: StillTransport) throws(StillNodeError) {
        var opened: UnsafeMutableRawPointer?
        let code = unsafe transport.table.pointee.open(CInt(bus), CInt(device), &opened)
        guard code == 0, let handle = unsafe opened else { throw StillNodeError(code == 0 ? -ENODEV : code) }
        switch unsafe Self.descriptors(of: handle, transport) {
        case .success(let descriptors): self.descriptors = descriptors
        case .failure(let error):
            unsafe transport.table.pointee.close(handle)
            throw error
        }
        unsafe self.handle = unsafe handle
        self.transport = transport
    }

    deinit { unsafe transport.table.pointee.close(handle) }

    private static func descriptors(
        of handle: UnsafeMutableRawPointer, _ transport: StillTransport
    ) -> Result<USBDescriptors, StillNodeError> {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe transport.table.pointee.descriptors(handle, &bytes, CInt(bytes.count))
        guard count >= 0 else { return .failure(StillNodeError(count)) }
        bytes.removeLast(bytes.count - Int(count))
        do throws(USBDescriptorError) { return .success(try USBDescriptors(parsing: bytes)) } catch {
            return .failure(.descriptors(error))
        }
    }

    /// Claims an interface; the kernel's driver for video lets go of it.
    package func take(_ interface: UInt8) throws(StillNodeError) {
        try check(unsafe transport.table.pointee.take(handle, CInt(interface)))
    }

    /// Resets a device that a process took and died of, and has the kernel's drivers look at one of its interfaces.
    ///
    /// - Throws: `taken` where a driver has it, as is the rule.
    package func rescue(_ interface: UInt8) throws(StillNodeError) {
        try check(unsafe transport.table.pointee.rescue(handle, CInt(interface)))
    }

    /// Releases an interface and has the kernel's drivers look at it.
    package func giveBack(_ interface: UInt8) throws(StillNodeError) {
        try check(unsafe transport.table.pointee.give_back(handle, CInt(interface)))
    }

    /// Chooses an alternate setting (USB 2.0, 9.4.10).
    package func choose(_ setting: UInt8, of interface: UInt8) throws(StillNodeError) {
        try check(unsafe transport.table.pointee.alternate(handle, CInt(interface), CInt(setting)))
    }

    package func clearHalt(of endpoint: UInt8) throws(StillNodeError) {
        try check(unsafe transport.table.pointee.clear_halt(handle, CInt(endpoint)))
    }

    /// A class request to an interface that sends bytes (USB 2.0, 9.3).
    package func set(_ request: UInt8, _ value: UInt16, of interface: UInt8, to bytes: [UInt8]) throws(StillNodeError) {
        var copy = bytes
        let moved = try control(0x21, request, value, interface, &copy)
        guard moved == bytes.count else { throw .late }
    }

    /// A class request to an interface that brings at most `count` bytes (USB 2.0, 9.3).
    package func get(
        _ request: UInt8, _ value: UInt16, of interface: UInt8, atMost count: Int
    ) throws(StillNodeError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let moved = try control(0xa1, request, value, interface, &bytes)
        return Array(bytes.prefix(moved))
    }

    private func control(
        _ kind: UInt8, _ request: UInt8, _ value: UInt16, _ interface: UInt8, _ bytes: inout [UInt8]
    ) throws(StillNodeError) -> Int {
        let count = bytes.count
        let moved = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe transport.table.pointee.control(
                handle, CInt(kind), CInt(request), CInt(value), CInt(interface),
                buffer.baseAddress?.assumingMemoryBound(to: CChar.self), CInt(count), Self.patience)
        }
        try check(moved)
        return min(count, Int(moved))
    }

    /// Lets transfers wait at an incoming endpoint from now on, so that nothing is missed between two of them.
    ///
    /// - Parameters:
    ///   - size: bytes of one packet of an isochronous endpoint; of a whole transfer of a bulk one.
    ///   - packets: of an isochronous transfer, 1 to 32; 0 for a bulk endpoint.
    package func listen(to endpoint: UInt8, size: Int, packets: Int) throws(StillNodeError) {
        try check(unsafe transport.table.pointee.listen(handle, CInt(endpoint), CInt(size), CInt(packets)))
    }

    /// Waits for the next transfer of any endpoint that is listened to.
    ///
    /// - Parameter body: gets each of its packets: the endpoint, what is wrong with it, its bytes. A bulk transfer is one
    ///   packet.
    package func next(
        milliseconds: Int, _ body: (UInt8, StillNodeError?, Span<UInt8>) -> Void
    ) throws(StillNodeError) {
        var arrival = unsafe obscura_still_arrival()
        try check(unsafe transport.table.pointee.next(handle, CInt(clamping: milliseconds), &arrival))
        let endpoint = UInt8(truncatingIfNeeded: unsafe arrival.endpoint)
        for index in 0..<(unsafe arrival.packets) {
            let packet = unsafe obscura_still_packet_of(&arrival, index)
            guard let bytes = unsafe arrival.bytes, packet.count >= 0 else { continue }
            let span = unsafe Span(_unsafeStart: bytes + Int(packet.offset), count: Int(packet.count))
            let status = unsafe packet.status != 0 ? packet.status : arrival.status
            body(endpoint, status == 0 ? nil : StillNodeError(status), span)
        }
    }

    /// Takes back every transfer that waits.
    package func stop() { unsafe transport.table.pointee.stop(handle) }

    private func check(_ code: CInt) throws(StillNodeError) {
        guard code >= 0 else { throw StillNodeError(code) }
    }
}
