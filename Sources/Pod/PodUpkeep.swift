import Linux
import PodCore
import USB

/// A pod that no station holds, taken to be looked after: it says who it is, and starts its chip's own loader.
package struct PodUpkeep: ~Copyable {
    package let hello: PodHello
    private let line: PodLine

    /// - Throws: `usb(.busy)` while a station's own process has it, and whatever a conversation begins with.
    package init(_ door: some PodDoor) throws(PodError) {
        line = try PodLine(try door.open())
        hello = line.hello
    }

    /// The pod leaves the bus, and the chip's loader comes in its place. One that has left before its reply was heard has done
    /// so, so what comes says whether it has.
    ///
    /// - Throws: `refused` while a session holds the pod, `malformed`, `sequence`.
    package consuming func restartIntoLoader() throws(PodError) {
        defer { line.close() }
        do throws(PodError) { try line.ask(RebootQuestion(restart: .loader)) } catch {
            if case .usb = error { return }
            throw error
        }
    }
}

extension PodUSBDoor {
    /// The pod's numbers on USB.
    package static var id: USBID { PodUSBLine.id }
}
