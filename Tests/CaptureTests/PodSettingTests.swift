import Control
import Pod
import PodCore
import Testing

@testable import Profiles
@testable import obscura_capture

@Suite struct `A pod of the configuration` {
    @Test func `is none, or one by its serial number or its socket`() throws {
        #expect(try configured("").pod == nil)
        let serial = try configured("[pod]\ndevice = \"0123456789ABCDEF\"").pod
        #expect(serial?.place == .serial("0123456789ABCDEF"))
        #expect(try configured("[pod]\ndevice = \"1-2.4\"").pod?.place == .port("1-2.4"))
    }

    @Test(arguments: [
        "[pod]", "[pod]\ndevice = \"\"", "[pod]\ndevice = \"0123456789abcdef\"", "[pod]\ndevice = \"usb1\"",
        "[pod]\ndevice = \"/dev/bus/usb/001/002\"", "[pod]\ndevice = 1",
        "[pod]\ndevice = \"1-2\"\nlease = 5",
    ])
    func `is refused with a line that names what is wrong`(text: String) {
        do throws(ConfigurationFault) {
            _ = try configured(text)
            Issue.record("taken")
        } catch { #expect("\(error)".contains("pod")) }
    }
}

@Suite struct `Lights of a camera` {
    private func lights(_ words: String, pod: Bool = true) throws(ConfigurationFault) -> LightSetting? {
        let text = "[camera.scope]\n" + words + (pod ? "\n[pod]\ndevice = \"1-2\"" : "")
        return try configured(text).cameras[0].lights
    }

    @Test func `are none, or each once in their order`() throws {
        #expect(try lights("device = \"Scope\"") == nil)
        let all = try lights(
            "device = \"Scope\"\nlights = [\"parallel-polarised\", \"ultraviolet\", \"cross-polarised\"]")
        #expect(all?.lights == [.parallelPolarised, .ultraviolet, .crossPolarised] && all?.permille == 1000)
        #expect(all?.first == .parallelPolarised)
        let dim = try lights("device = \"Scope\"\nlights = [\"cross-polarised\"]\nlight-permille = 1")
        #expect(dim?.lights == [.crossPolarised] && dim?.permille == 1)
    }

    @Test(arguments: [
        "device = \"S\"\nlights = []", "device = \"S\"\nlights = [\"red\"]",
        "device = \"S\"\nlights = \"cross-polarised\"",
        "device = \"S\"\nlights = [\"ultraviolet\"]", "device = \"S\"\nlight-permille = 5",
        "device = \"S\"\nlights = [\"cross-polarised\", \"cross-polarised\"]",
        "device = \"S\"\nlights = [\"cross-polarised\"]\nlight-permille = 0",
        "device = \"S\"\nlights = [\"cross-polarised\"]\nlight-permille = 1001",
        "device = \"S\"\nkind = \"still\"\nlights = [\"cross-polarised\"]",
        "device = \"replay:/tmp/x.jpg\"\nlights = [\"cross-polarised\"]",
    ])
    func `are refused with a line that names them`(words: String) {
        do throws(ConfigurationFault) {
            _ = try lights(words)
            Issue.record("taken")
        } catch { #expect("\(error)".contains("light")) }
    }

    @Test func `are a pod's`() {
        #expect(throws: ConfigurationFault.self) {
            _ = try lights("device = \"S\"\nlights = [\"cross-polarised\"]", pod: false)
        }
    }

    @Test func `each have a place in the index`() throws {
        let places = try FrameLight.Place.all(3)
        #expect(
            places.map(\.number) == [1, 2, 3] && places.allSatisfy { $0.count == 3 && $0.series == places[0].series })
        let shine = PodShine(since: 5_000_000, uncertainty: .microseconds(200))
        // A frame that begins then began after the light, wherever in its uncertainty that was.
        #expect(shine.settled == 5_200_001)
        let object = FrameLight(light: .ultraviolet, permille: 400, shine: shine, place: places[1]).object
        #expect(object.text("name") == "ultraviolet" && object.integer("place") == 2 && object.integer("of") == 3)
        #expect(object.integer("since") == 5000 && object.integer("uncertainty_us") == 201)
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

@Suite struct `Power of a camera` {
    private func power(_ words: String, pod: Bool = true) throws(ConfigurationFault) -> CameraPower {
        let text = "[camera.scope]\n" + words + (pod ? "\n[pod]\ndevice = \"1-2\"" : "")
        return try configured(text).cameras[0].power
    }

    @Test func `is its own, or the pod's`() throws {
        #expect(try power("device = \"S\"") == .own)
        #expect(try power("device = \"S\"\npower = \"pod\"") == .pod)
        #expect(try power("device = \"S\"\nkind = \"still\"\npower = \"pod\"") == .pod)
    }

    @Test(arguments: [
        ("device = \"S\"\npower = \"mains\"", true), ("device = \"S\"\npower = true", true),
        ("device = \"replay:/tmp/x.jpg\"\npower = \"pod\"", true), ("device = \"S\"\npower = \"pod\"", false),
    ])
    func `is refused with a line that names it`(words: String, pod: Bool) {
        do throws(ConfigurationFault) {
            _ = try power(words, pod: pod)
            Issue.record("taken")
        } catch { #expect("\(error)".contains("camera.scope.power")) }
    }
}
