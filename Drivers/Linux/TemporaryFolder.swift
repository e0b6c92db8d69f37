import Glibc

/// A folder of this user's alone for a few files; it goes, with the files that were named, when this value ends.
package struct TemporaryFolder: ~Copyable, Sendable {
    package let path: String
    private let names: [String]

    /// - Parameters:
    ///   - prefix: how its name begins.
    ///   - names: the files that it will hold.
    package init(prefix: String, for names: [String]) throws(SystemCallError) {
        var template = Array("\(environment("TMPDIR") ?? "/tmp")/\(prefix)XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw SystemCallError(call: "mkdtemp", errno: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.names = names
    }

    deinit {
        for name in names { _ = unsafe unlink("\(path)/\(name)") }
        _ = unsafe rmdir(path)
    }
}
