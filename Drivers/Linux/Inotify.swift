import Glibc

/// What can happen to the names in a watched folder.
package struct FolderChanges: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let created = FolderChanges(rawValue: UInt32(IN_CREATE))
    package static let deleted = FolderChanges(rawValue: UInt32(IN_DELETE))
    package static let movedIn = FolderChanges(rawValue: UInt32(IN_MOVED_TO))
    package static let movedOut = FolderChanges(rawValue: UInt32(IN_MOVED_FROM))
    /// A file that was open for writing was closed.
    package static let written = FolderChanges(rawValue: UInt32(IN_CLOSE_WRITE))
    /// Owner, mode or times changed: udev does it to a device node after it has made it.
    package static let attributes = FolderChanges(rawValue: UInt32(IN_ATTRIB))
    /// The kernel dropped events: look at the whole folder again.
    package static let overflow = FolderChanges(rawValue: UInt32(IN_Q_OVERFLOW))
}

/// One thing that happened to one name.
package struct FolderEvent: Sendable, Equatable {
    /// Which watch saw it, as `watch` returned it; -1 for an overflow.
    package let watch: CInt
    package let changes: FolderChanges
    /// The name inside the folder; empty for the folder itself.
    package let name: String
}

/// An inotify instance. `descriptor` is readable when there are events.
package struct Inotify: ~Copyable, Sendable {
    package let descriptor: Descriptor

    package init() throws(SystemCallError) {
        descriptor = Descriptor(owning: try check("inotify_init1") { inotify_init1(CInt(IN_NONBLOCK | IN_CLOEXEC)) })
    }

    /// Watches a folder; the number returned stands in its events.
    @discardableResult
    package func watch(_ path: String, for changes: FolderChanges) throws(SystemCallError) -> CInt {
        try check("inotify_add_watch") {
            unsafe inotify_add_watch(descriptor.number, path, changes.rawValue | UInt32(IN_ONLYDIR))
        }
    }

    /// Takes the events that have come; does not wait.
    package func events() throws(SystemCallError) -> [FolderEvent] {
        var events: [FolderEvent] = []
        while true {
            do throws(SystemCallError) {
                guard let bytes = try readSome(4096, from: descriptor) else { return events }
                events += Self.parse(bytes)
            } catch {
                if error.errno == EAGAIN { return events }
                throw error
            }
        }
    }

    /// Reads `struct inotify_event` records: watch (4 bytes), mask (4), cookie (4), length of the name (4), the name
    /// padded with zero bytes; little-endian, as every machine this runs on.
    static func parse(_ bytes: [UInt8]) -> [FolderEvent] {
        var events: [FolderEvent] = []
        var rest = bytes[...]
        while rest.count >= 16 {
            let head = rest.prefix(16)
            func word(_ offset: Int) -> UInt32 {
                let start = head.startIndex + offset
                return (0..<4).reduce(0) { $0 | UInt32(head[start + $1]) << UInt32(8 * $1) }
            }
            let count = Int(word(12))
            guard rest.count >= 16 + count else { break }
            let name = rest.dropFirst(16).prefix(count).prefix { $0 != 0 }
            events.append(
                FolderEvent(
                    watch: CInt(bitPattern: word(0)), changes: FolderChanges(rawValue: word(4)),
                    name: String(decoding: name, as: UTF8.self)))
            rest = rest.dropFirst(16 + count)
        }
        return events
    }
}
