import Testing

@testable import Linux

private func options(_ arguments: String...) throws(ServiceOptions.Fault) -> ServiceOptions {
    try ServiceOptions(arguments, values: ["state", "user"], flags: ["demo"])
}

@Suite struct `A service's command line` {
    @Test func `is pairs and flags in any order`() throws {
        let found = try options("--demo", "--state", "/var/lib", "--user", "0")
        #expect(found.has("demo"))
        #expect(try found.required("state") == "/var/lib")
        #expect(try found.user("user") == 0)
        #expect(try options("--user", "root").user("user") == 0)
        #expect(try !options().has("demo"))
        #expect(try options().optional("state") == nil)
    }

    @Test(
        arguments: [
            (["--other", "x"], .unknown("--other")), (["state", "x"], .unknown("state")), (["--"], .unknown("--")),
            (["--state"], .missingValue("state")), (["--state", "--demo"], .missingValue("state")),
            (["--state", "a", "--state", "b"], .twice("state")), (["--demo", "--demo"], .twice("demo")),
            (["--demo=1"], .unknown("--demo=1")),
        ] as [([String], ServiceOptions.Fault)])
    func `with anything else in it is refused by name`(arguments: [String], fault: ServiceOptions.Fault) {
        #expect(throws: fault) { try ServiceOptions(arguments, values: ["state"], flags: ["demo"]) }
    }

    @Test func `is asked for what must be there`() throws {
        #expect(throws: ServiceOptions.Fault.missing("state")) { try options().required("state") }
        #expect(throws: ServiceOptions.Fault.invalid("user", "no-such-user-here")) {
            try options("--user", "no-such-user-here").user("user")
        }
        for word in ["0", "31", "x", "", "99999999999999999999"] {
            #expect(throws: ServiceOptions.Fault.invalid("state", word)) {
                try options("--state", word).number("state", in: 1...30)
            }
        }
        #expect(try options("--state", "30").number("state", in: 1...30) == 30)
        #expect(try options().number("state", in: 1...30) == nil)
    }
}

@Suite struct `A system call` {
    @Test func `keeps its name and errno`() {
        #expect(throws: SystemCallError(call: "open", errno: 2)) { _ = try openForReading("/none/such").number }
        #expect(SystemCallError(call: "open", errno: 2).description == "open: No such file or directory")
    }

    @Test func `reads a range, and less where the file ends`() throws {
        try withFolder { path in
            let folder = try Folder(path: path)
            try folder.put([1, 2, 3, 4], as: "a")
            let file = try folder.open("a")
            #expect(try readRange(2, at: 1, from: file) == [2, 3])
            #expect(try readRange(9, at: 3, from: file) == [4])
            #expect(try readRange(9, at: 9, from: file) == [])
            #expect(try sizeOfFile(file) == 4)
        }
    }
}
