import Control
import Pod
import PodCore
import Testing

@testable import obscura_capture

private func configuration(_ pod: String) throws(ConfigurationFault) -> Configuration {
    try Configuration(
        parsing: """
            [station]
            name = "station-1"
            \(pod)
            """)
}

@Suite struct `A pod of the configuration` {
    @Test func `is none, or one by its serial number or its socket`() throws {
        #expect(try configuration("").pod == nil)
        let serial = try configuration("[pod]\ndevice = \"0123456789ABCDEF\"").pod
        #expect(serial?.place == .serial("0123456789ABCDEF"))
        #expect(try configuration("[pod]\ndevice = \"1-2.4\"").pod?.place == .port("1-2.4"))
    }

    @Test(arguments: [
        "[pod]", "[pod]\ndevice = \"\"", "[pod]\ndevice = \"0123456789abcdef\"", "[pod]\ndevice = \"usb1\"",
        "[pod]\ndevice = \"/dev/bus/usb/001/002\"", "[pod]\ndevice = 1",
        "[pod]\ndevice = \"1-2\"\nlease = 5",
    ])
    func `is refused with a line that names what is wrong`(text: String) {
        do throws(ConfigurationFault) {
            _ = try configuration(text)
            Issue.record("taken")
        } catch { #expect("\(error)".contains("pod")) }
    }
}

@Suite struct `A pod that cannot be used` {
    @Test func `is one line and what to do about it`() {
        for error in [
            PodError.absent, .usb(.gone), .usb(.notAllowed), .usb(.busy), .dark, .fault(.lampMismatch), .fault(.tamper),
            .fault(.ultravioletDose), .clock, .serial, .version(9), .malformed(.length), .interface, .noSession,
        ] {
            let refusal = Refusal.pod(error)
            #expect(refusal.line.hasPrefix("the capture pod cannot be used: ") && !refusal.line.contains("\n"))
            #expect(refusal.hint?.isEmpty == false)
        }
        #expect(Refusal.pod(.absent).code == "pod-absent" && Refusal.pod(.fault(.tamper)).code == "pod-fault")
    }
}
