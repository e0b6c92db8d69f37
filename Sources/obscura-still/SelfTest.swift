import GPhoto
import Linux
import StillLink
import StillNode

/// Something in the process is not as it was built and installed.
enum SelfTestError: Error {
    /// libgphoto2 would load another driver or port than the two that are meant, or none.
    case parts
    /// An answer does not read back as it was written.
    case messages
}

/// What lies beside the program and is loaded.
struct StillParts: Sendable {
    let drivers: StillDrivers
    let transport: StillTransport
}

/// Looks at the parts before any camera is opened: libgphoto2 loads whatever lies in its folders.
enum SelfTest {
    static func run(ports: String, driver: String) throws -> StillParts {
        let still = VideoStill(method: .three, format: .yuy2, width: .max, height: .max)
        let request = try StillRequest(identifier: .max, bus: 1, device: 127, video: still)
        let name = StillName(
            manufacturer: "maker".utf8, model: "model".utf8, serial: "1".utf8, version: repeatElement(0x56, count: 99))
        let answer = StillAnswer(identifier: .max, outcome: .picture(bytes: StillAnswer.mostBytes, name))
        guard try StillRequest(parsing: request.message.span) == request,
            try StillAnswer(parsing: answer.message.span, to: request) == answer
        else { throw SelfTestError.messages }
        for folder in [ports, driver] {
            // Of two ports libgphoto2 takes the first that the folder names, and says nothing.
            guard try Folder(path: folder).names().count == 1 else { throw SelfTestError.parts }
        }
        do {
            return StillParts(
                drivers: try StillDrivers(ports: ports, driver: driver), transport: try StillTransport(folder: ports))
        } catch { throw SelfTestError.parts }
    }
}
