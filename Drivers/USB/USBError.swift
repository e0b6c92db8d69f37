import CUSB
import DeviceDescriptors
import Linux

/// What became of something that was asked of a USB device.
package enum USBError: Error, Equatable, Sendable {
    /// There is no such node (any more), or it is another device's by now.
    case absent
    /// This user may not open the node.
    case notAllowed
    /// Another program has claimed the interface.
    case busy
    /// The device was pulled.
    case gone
    /// Nothing came, or not all was taken, in time; how many bytes were moved.
    case timedOut(moved: Int)
    /// The endpoint is halted (USB 2.0, 5.7.5, 5.8.5); `clearHalt` ends that.
    case stalled
    /// The device sent more than it was asked for (USB 2.0, 8.7.4).
    case babbled
    /// The device took only so many bytes.
    case short(moved: Int)
    /// `cancel` was called.
    case cancelled
    /// The bus failed: no answer, or a damaged one.
    case failed
    /// Its descriptors contradict themselves or the standard.
    case descriptors(USBDescriptorError)
    case system(SystemCallError)
    /// Any other error of libusb, as it counts them.
    case library(Int32)

    /// - Parameter code: what `obscura_usb_move` returned, not `OBSCURA_USB_DONE`.
    init(ending code: CInt, moved: Int) {
        switch Int(code) {
        case OBSCURA_USB_TIMED_OUT: self = .timedOut(moved: moved)
        case OBSCURA_USB_CANCELLED: self = .cancelled
        case OBSCURA_USB_STALLED: self = .stalled
        case OBSCURA_USB_GONE: self = .gone
        case OBSCURA_USB_BABBLED: self = .babbled
        case OBSCURA_USB_FAILED: self = .failed
        default: self.init(library: code)
        }
    }

    /// - Parameter code: an error of libusb.
    init(library code: CInt) {
        switch Int(code) {
        case OBSCURA_USB_ERROR_ACCESS: self = .notAllowed
        case OBSCURA_USB_ERROR_NO_DEVICE: self = .gone
        case OBSCURA_USB_ERROR_BUSY: self = .busy
        default: self = .library(code)
        }
    }
}

extension USBError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .absent: "the device is not there"
        case .notAllowed: "this user may not open the device"
        case .busy: "another program has the device"
        case .gone: "the device was unplugged"
        case .timedOut: "the device does not answer"
        case .stalled: "the device refuses the transfer"
        case .babbled: "the device sent more than it was asked for"
        case .short(let moved): "the device took only \(moved) bytes"
        case .cancelled: "the transfer was taken back"
        case .failed: "the cable or the device fails"
        case .descriptors(let error): "the device describes itself wrongly: \(error)"
        case .system(let error): "\(error)"
        case .library(let code): unsafe String(cString: obscura_usb_words(code))
        }
    }
}
