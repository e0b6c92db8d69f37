import Linux

/// Tells that devices may have come or gone, or that udev gave a node to its group: by inotify on the folders of their nodes,
/// because a process without a network has no netlink.
package struct USBHotplug: ~Copyable, Sendable {
    private let inotify: Inotify
    private let root: String

    /// - Parameter root: holds `bus/usb`, which a machine without a device may not have yet.
    package init(root: String = "/dev") throws(SystemCallError) {
        inotify = try Inotify()
        self.root = root
        watchAll()
    }

    /// Readable when there is news.
    package var descriptor: CInt { inotify.descriptor.number }

    /// Takes the news; look at the listing after it, not before.
    package func takeNews() throws(SystemCallError) {
        _ = try inotify.events()
        // A bus that has just come has a folder of its own, which may hold nodes by now: the caller looks after this.
        watchAll()
    }

    private func watchAll() {
        let changes: FolderChanges = [.created, .deleted, .attributes]
        let buses = "\(root)/bus/usb"
        // Watching a folder again is no error and changes nothing; one that is not there is watched when it comes.
        for path in [root, "\(root)/bus", buses] { _ = try? inotify.watch(path, for: [.created, .deleted]) }
        guard let folder = try? Folder(path: buses), let names = try? folder.names() else { return }
        for name in names.prefix(256) { _ = try? inotify.watch("\(buses)/\(name)", for: changes) }
    }
}
