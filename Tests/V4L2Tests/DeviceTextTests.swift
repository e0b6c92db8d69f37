import Testing

@testable import Linux
@testable import V4L2

@Suite struct `What a device says of itself` {
    @Test(
        arguments: [
            ("D7-0042", "D7-0042"), ("  padded  ", "padded"), ("", ""), ("a\u{1B}[31mred", "a%1b[31mred"),
            ("line\nend", "line%0aend"), ("100%", "100%25"), ("é", "%c3%a9"), ("\0\u{7F}", "%00%7f"),
        ])
    func `is printable ASCII, and no two texts look the same`(said: String, shown: String) {
        #expect(DeviceText(cleaning: said.utf8).description == shown)
    }

    @Test func `has a limit`() {
        for filler in [UInt8(ascii: "x"), 0xFF] {
            let text = DeviceText(cleaning: [UInt8](repeating: filler, count: 4096)).description
            #expect((120...128).contains(text.utf8.count))
        }
    }
}

@Suite struct `A USB id` {
    @Test func `is read as it is written`() throws {
        let id = try #require(USBID(parsing: "046d:085e"))
        #expect(id == USBID(vendor: 0x046D, product: 0x085E))
        #expect(id.description == "046d:085e")
        #expect(USBID(vendor: 1, product: 0).description == "0001:0000")
    }

    @Test(arguments: [
        "", ":", "046d", "046d:", "46d:085e", "046D:085e", "046d:085e:1", "046d:085g", "+46d:085e", " 46d:085e",
    ])
    func `is nothing else`(text: String) { #expect(USBID(parsing: text) == nil) }
}

@Suite struct `A control's name` {
    @Test(
        arguments: [
            ("White Balance, Automatic", "white_balance_automatic"),
            ("Exposure Time, Absolute", "exposure_time_absolute"),
            ("white_balance_automatic", "white_balance_automatic"),
            ("Focus, Automatic Continuous", "focus_automatic_continuous"),
            ("  Gain  ", "gain"), ("LED1 Mode", "led1_mode"), ("", ""), ("é", ""),
        ])
    func `is the one of v4l2-ctl`(driver: String, name: String) { #expect(ControlName(driver).description == name) }

    @Test func `puts automatic modes before the values that they drive`() {
        var locks = ControlLocks()
        for name in ["Gain", "Exposure Time, Absolute", "Auto Exposure", "Gain, Automatic"] {
            locks.set(ControlName(name), 1)
        }
        #expect(
            locks.inOrder.map(\.0.description) == ["auto_exposure", "gain_automatic", "exposure_time_absolute", "gain"])
        var other = ControlLocks()
        other.set(ControlName("gain"), 7, whereOffered: true)
        #expect(locks.overridden(by: other)[ControlName("Gain")]?.value == 7)
        #expect(locks.overridden(by: other).names.count == 4)
    }
}
