import PodCore
import USB

/// Why the pod did not do what it was asked.
package enum PodError: Error, Equatable, Sendable {
    /// None is plugged in where the station was told to look, or not the one with this serial number.
    case absent
    case usb(USBError)
    /// It is no pod, or of an interface that this station does not know.
    case interface
    /// A reply or an event that breaks the protocol; what the reader stumbled over.
    case malformed(PodStatus)
    /// The reply belongs to another request, again and again.
    case sequence
    /// It speaks this version of the protocol.
    case version(UInt8)
    /// Plug and firmware name different serial numbers.
    case serial
    /// Its clock leaps, or is too far from the right speed.
    case clock
    /// It refused a request.
    case refused(PodRequest, PodStatus)
    /// It is dark until it is restarted.
    case fault(PodFault)
    /// The recording lamp was asked for and does not shine.
    case dark
    /// No session holds it.
    case noSession
}

extension PodError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .absent: "it is not plugged in"
        case .usb(let error): "\(error)"
        case .interface: "what is plugged in there is no capture pod"
        case .malformed: "it sends what is no message"
        case .sequence: "it answers other requests than the station's"
        case .version(let version): "it speaks version \(version) of the protocol, and this station version 1"
        case .serial: "its plug and its firmware have different serial numbers"
        case .clock: "its clock leaps"
        case .refused(let request, let status): "it refused \(request): \(status)"
        case .fault(.leaseExpired): "it heard nothing of the station in time"
        case .fault(.lampMismatch): "its recording lamp does not do what it should"
        case .fault(.tamper): "its lid was opened"
        case .fault(.ultravioletDose): "its ultraviolet light has shone for as long as it may"
        case .dark: "its recording lamp does not shine"
        case .noSession: "no session holds it"
        }
    }
}
