/// What the camera holds: a memory card with folders and pictures, and the picture in its working memory.
struct Store {
    static let card: UInt32 = 0x0001_0001
    /// Where a camera of this kind puts a picture that is meant for the host.
    static let memoryHandle: UInt32 = 0xffff_0001
    static let all: UInt32 = 0xffff_ffff

    struct Object {
        static let association: UInt16 = 0x3001
        static let jpeg: UInt16 = 0x3801

        let parent: UInt32
        let format: UInt16
        let name: String
        let bytes: [UInt8]
    }

    private(set) var objects: [UInt32: Object] = [:]
    private var next: UInt32 = 1
    private let folder: UInt32

    /// - Parameter pictures: how many pictures lie on the card already.
    init(pictures: Int, of bytes: [UInt8]) {
        objects[1] = Object(parent: 0, format: Object.association, name: "DCIM", bytes: [])
        objects[2] = Object(parent: 1, format: Object.association, name: "100OBSCU", bytes: [])
        folder = 2
        next = 3
        for _ in 0..<pictures { _ = add(bytes) }
    }

    /// Puts a picture on the card.
    mutating func add(_ bytes: [UInt8]) -> UInt32 {
        let number = String(next + 10_000).dropFirst()
        objects[next] = Object(parent: folder, format: Object.jpeg, name: "DSC_\(number).JPG", bytes: bytes)
        next += 1
        return next - 1
    }

    /// Puts a picture in the working memory, which has room for one.
    mutating func hold(_ bytes: [UInt8]) -> UInt32 {
        objects[Self.memoryHandle] = Object(parent: 0, format: Object.jpeg, name: "DSC_0001.JPG", bytes: bytes)
        return Self.memoryHandle
    }

    mutating func remove(_ handle: UInt32) -> Bool {
        guard let object = objects[handle], object.format != Object.association else { return false }
        objects[handle] = nil
        return true
    }

    /// GetObjectHandles (ISO 15740, 10.5.7): all of a store, of its root, or of one folder. What is in memory is in no list.
    func handles(parent: UInt32) -> [UInt32] {
        objects.filter { handle, object in
            guard handle != Self.memoryHandle else { return false }
            return parent == 0 || object.parent == (parent == Self.all ? 0 : parent)
        }.keys.sorted()
    }

    var pictures: Int { objects.values.count { $0.format == Object.jpeg } }
}

extension Store.Object {
    /// ObjectInfo (ISO 15740, 5.5.3).
    ///
    /// - Parameter parent: 0 for what lies in no folder.
    func info(parent: UInt32) -> [UInt8] {
        var info = Dataset()
        info.put(Store.card)
        info.put(format)
        info.put(UInt16(0))
        info.put(UInt32(bytes.count))
        info.put(UInt16(0))
        for _ in 0..<6 { info.put(UInt32(0)) }
        info.put(parent)
        info.put(UInt16(format == Self.association ? 1 : 0))
        info.put(UInt32(0))
        info.put(UInt32(0))
        info.put(name)
        info.put("20261122T080000")
        info.put("20261122T080000")
        info.put("")
        return info.bytes
    }
}
