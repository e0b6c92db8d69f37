/// A control's name as `v4l2-ctl --list-ctrls` writes it: `white_balance_automatic` for "White Balance, Automatic".
package struct ControlName: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let description: String

    /// Letters and digits in lower case, whatever lies between them as one underscore; the driver's own name and the
    /// one of `v4l2-ctl` give the same.
    package init(_ text: String) {
        var name: [UInt8] = []
        var gap = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                name += gap && !name.isEmpty ? [UInt8(ascii: "_"), byte] : [byte]
                gap = false
            case UInt8(ascii: "A")...UInt8(ascii: "Z"):
                name += gap && !name.isEmpty ? [UInt8(ascii: "_"), byte | 0x20] : [byte | 0x20]
                gap = false
            default: gap = true
            }
        }
        description = String(decoding: name, as: UTF8.self)
    }

    package static func < (one: ControlName, other: ControlName) -> Bool { one.description < other.description }

    /// Switches of automatic modes: they come before the values that they would drive.
    var isAutomatic: Bool { description.contains("auto") }
}

/// Controls to set before a stream starts, and to find unchanged when a frame is there.
package struct ControlLocks: Sendable, Equatable {
    package struct Lock: Sendable, Equatable {
        package let value: Int64
        /// Passed over where the device does not have the control; a device that has it must take the value all the same.
        package let isWhereOffered: Bool
    }

    private var locks: [ControlName: Lock] = [:]

    package init() {}

    package var isEmpty: Bool { locks.isEmpty }
    package var names: [ControlName] { locks.keys.sorted() }
    package subscript(name: ControlName) -> Lock? { locks[name] }

    /// Takes a lock in; one of the same name is replaced.
    package mutating func set(_ name: ControlName, _ value: Int64, whereOffered: Bool = false) {
        locks[name] = Lock(value: value, isWhereOffered: whereOffered)
    }

    /// These, with those of `other` in place of what both have.
    package func overridden(by other: ControlLocks) -> ControlLocks {
        var both = self
        both.locks.merge(other.locks) { $1 }
        return both
    }

    /// Automatic modes first.
    var inOrder: [(ControlName, Lock)] {
        locks.sorted { ($0.key.isAutomatic ? 0 : 1, $0.key) < ($1.key.isAutomatic ? 0 : 1, $1.key) }
            .map { ($0.key, $0.value) }
    }
}
