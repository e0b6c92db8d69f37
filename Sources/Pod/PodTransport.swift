import PodCore
import USB

/// Carries whole messages to one pod and back. Requests come from one thread at a time, events are waited for by another.
package protocol PodTransport: AnyObject, Sendable {
    /// The serial number on the plug, which the firmware must have too; nil where there is no plug.
    var serial: String? { get }
    /// Sends one request.
    func send(_ message: [UInt8]) throws(USBError)
    /// Waits for one reply, at most half a second.
    func reply() throws(USBError) -> [UInt8]
    /// Waits for one event, for as long as it takes.
    func event() throws(USBError) -> [UInt8]
    /// Ends whatever waits, and all that is asked from now on, with `cancelled`.
    func cancel()
}

/// Where a pod is to be found, and how it is opened.
package protocol PodDoor: Sendable {
    /// - Throws: `absent`, `usb`, `interface`.
    func open() throws(PodError) -> any PodTransport
    /// A descriptor that is readable when a pod may have come or gone; nil where nothing tells.
    var news: CInt? { get }
    /// Takes the news; whoever looks for the pod looks after this.
    func takeNews()
}

/// Which pod the station is to use.
package enum PodPlace: Sendable, Equatable, CustomStringConvertible {
    /// The one with this serial number: 16 upper-case hexadecimal digits.
    case serial(String)
    /// The one in this socket, as in `1-2.4`.
    case port(String)

    package init?(parsing text: String) {
        if USBListing.isPort(text) {
            self = .port(text)
        } else if text.utf8.count == 16, text.utf8.allSatisfy(Self.isDigit) {
            self = .serial(text)
        } else {
            return nil
        }
    }

    package var description: String {
        switch self {
        case .serial(let text), .port(let text): text
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte)
    }
}
