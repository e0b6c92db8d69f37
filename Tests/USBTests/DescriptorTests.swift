import Linux
import Testing

@testable import DeviceDescriptors

/// Descriptors as a node of usbfs gives them.
enum Sample {
    /// The capture pod: one interface of its own class, two bulk endpoints and one interrupt endpoint.
    static let pod: [UInt8] =
        [18, 1, 0x10, 2, 0, 0, 0, 64, 0x09, 0x12, 0x0B, 0x0B, 0, 1, 1, 2, 3, 1]
        + [9, 2, 39, 0, 1, 1, 0, 0x80, 50, 9, 4, 0, 0, 3, 0xFF, 0x0B, 1, 0]
        + [7, 5, 0x01, 2, 64, 0, 0, 7, 5, 0x81, 2, 64, 0, 0, 7, 5, 0x82, 3, 32, 0, 1]
    /// A still camera (PTP) with a second, empty setting and a descriptor of its class.
    static let camera: [UInt8] =
        [18, 1, 0, 2, 0, 0, 0, 64, 0xA9, 0x04, 0x0A, 0x32, 1, 0, 1, 2, 0, 1]
        + [9, 2, 51, 0, 1, 1, 0, 0xC0, 1, 9, 4, 0, 0, 3, 6, 1, 1, 0, 3, 0x24, 7]
        + [7, 5, 0x81, 2, 0, 2, 0, 7, 5, 0x02, 2, 0, 2, 0, 7, 5, 0x83, 3, 8, 0, 9]
        + [9, 4, 0, 1, 0, 6, 1, 1, 0]
    static let bulkOut = 18 + 18
}

@Suite struct `What a USB device says of itself` {
    @Test func `is read as the standard has it`() throws {
        let pod = try USBDescriptors(parsing: Sample.pod)
        #expect(pod.id == USBID(vendor: 0x1209, product: 0x0B0B) && pod.release == 0x0100)
        let setting = try #require(pod.configurations.first?.settings.first)
        #expect(pod.configurations.count == 1 && pod.configurations[0].value == 1)
        #expect(setting.kind == USBClass(0xFF, 0x0B, 1) && (setting.interface, setting.alternate) == (0, 0))
        #expect(setting.endpoints.map(\.address) == [0x01, 0x81, 0x82])
        #expect(setting.endpoints.map(\.kind) == [.bulk, .bulk, .interrupt])
        #expect(setting.endpoints.map(\.packet) == [64, 64, 32])
        #expect(setting.endpoints.map(\.isIncoming) == [false, true, true])
    }

    @Test func `may have settings without endpoints, and descriptors of its class`() throws {
        let camera = try USBDescriptors(parsing: Sample.camera)
        #expect(camera.configurations[0].settings.map(\.alternate) == [0, 1])
        #expect(camera.configurations[0].settings.map(\.endpoints.count) == [3, 0])
    }

    @Test(arguments: [Sample.pod, Sample.camera])
    func `is refused wherever it ends early`(whole: [UInt8]) {
        for count in 0..<whole.count {
            #expect(throws: USBDescriptorError.self) { try USBDescriptors(parsing: Array(whole.prefix(count))) }
        }
        #expect(throws: USBDescriptorError.self) { try USBDescriptors(parsing: whole + [0]) }
        #expect(throws: USBDescriptorError.self) { try USBDescriptors(parsing: whole + whole) }
    }

    /// Every length and every count of the pod's descriptors, set to every other value.
    @Test(arguments: [0, 17, 18, 20, 21, 22, 27, 31, 36, 43, 50])
    func `is refused where a length or a count is another`(place: Int) {
        for value in UInt8.min...UInt8.max where value != Sample.pod[place] {
            var bytes = Sample.pod
            bytes[place] = value
            // Audio class 1.0 has endpoints of nine bytes: then what follows contradicts it.
            #expect(throws: USBDescriptorError.self, "\(value) at \(place)") { try USBDescriptors(parsing: bytes) }
        }
    }

    @Test func `names each lie`() {
        func refusal(_ place: Int, _ value: UInt8) -> USBDescriptorError? {
            var bytes = Sample.pod
            bytes[place] = value
            do throws(USBDescriptorError) { _ = try USBDescriptors(parsing: bytes) } catch { return error }
            return nil
        }
        #expect(refusal(1, 2) == .kind(2))
        #expect(refusal(17, 0) == .configurations(0))
        #expect(refusal(17, 2) == .configurations(1))
        #expect(refusal(17, 255) == .configurations(255))
        #expect(refusal(20, 40) == .cut)
        #expect(refusal(22, 2) == .interfaces(1))
        #expect(refusal(31, 2) == .endpoints(interface: 0, 3))
        #expect(refusal(31, 4) == .endpoints(interface: 0, 3))
        #expect(refusal(Sample.bulkOut, 0) == .length(kind: 5, 0))
        #expect(refusal(Sample.bulkOut + 2, 0x80) == .address(0x80))
        #expect(refusal(Sample.bulkOut + 2, 0x11) == .address(0x11))
        #expect(refusal(Sample.bulkOut + 2, 0x81) == .address(0x81))
        #expect(refusal(Sample.bulkOut + 4, 0) == .packet(endpoint: 1, 0))
        #expect(refusal(Sample.bulkOut + 5, 5) == .packet(endpoint: 1, 0x540))
    }

    @Test func `has no more bytes than eight configurations can have`() {
        let bytes = [UInt8](repeating: 2, count: USBDescriptors.mostBytes + 1)
        #expect(throws: USBDescriptorError.tooLong(bytes.count)) { try USBDescriptors(parsing: bytes) }
    }

    @Test func `agrees with itself whatever was accepted`() {
        var state: UInt64 = 20_261_122
        func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var taken = 0
        for _ in 0..<50_000 {
            var bytes = below(2) == 0 ? Sample.pod : Sample.camera
            for _ in 0...below(3) { bytes[below(bytes.count)] = UInt8(below(256)) }
            guard let descriptors = try? USBDescriptors(parsing: bytes) else { continue }
            taken += 1
            for configuration in descriptors.configurations {
                for (number, setting) in configuration.settings.enumerated() {
                    let addresses = setting.endpoints.map(\.address)
                    #expect(Set(addresses).count == addresses.count)
                    #expect(addresses.allSatisfy { (1...15).contains($0 & 0x7F) })
                    #expect(setting.endpoints.allSatisfy { (0...1024).contains($0.packet) })
                    #expect(!configuration.settings.prefix(number).contains { $0.isSame(as: setting) })
                }
            }
        }
        // Names, numbers and powers may be anything: a test that took nothing would prove nothing.
        #expect(taken > 1000)
    }
}
