import Linux
import Testing

@Suite struct `A child` {
    @Test func `is known to have ended`() throws {
        let child = try Child(starting: "/bin/true", [])
        while !child.hasEnded() { wait(milliseconds: 1) }
    }

    @Test func `that goes on has not ended, and its processor time is known`() throws {
        let child = try Child(starting: "/bin/sleep", ["600"])
        let ended = child.hasEnded()
        let spent = try child.processor()
        #expect(!ended)
        #expect(spent >= 0)
    }

    @Test func `needs a program that may be executed`() {
        #expect(throws: SystemCallError(call: "access", errno: Errno.noEntry)) {
            _ = try Child(starting: "/nowhere/program", [])
        }
    }
}

@Suite struct `A temporary folder` {
    @Test func `goes with its files`() throws {
        let path: String
        do {
            let folder = try TemporaryFolder(prefix: "obscura-test-", for: ["file"])
            path = folder.path
            try Folder(path: path).put([1], as: "file")
        }
        #expect(throws: SystemCallError(call: "open", errno: Errno.noEntry)) { _ = try Folder(path: path) }
    }
}
