import Control
import Hummingbird
import Linux
import NIOCore

/// What a request knows of its caller: the connected socket.
struct CallerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// Who the kernel says is at the other end.
    func peer() async throws -> Peer? {
        let channel = channel
        return try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
                try Peer(ofSocket: $0)
            }
        }.get()
    }
}

/// Which groups of this machine stand for which roles; read once at the start.
struct RoleTable: Sendable {
    private let groups: [UInt32: Role]
    private let own = currentUser()

    init() {
        var groups: [UInt32: Role] = [:]
        for role in Role.allCases {
            if let number = groupID(named: role.group) { groups[number] = role }
        }
        self.groups = groups
    }

    /// Root can become anyone and the desk's own user already speaks for everyone: both have every role.
    func roles(of peer: Peer) -> Set<Role> {
        if peer.uid == 0 || peer.uid == own { return Set(Role.allCases) }
        return Set(peer.groups.union([peer.gid]).compactMap { groups[$0] })
    }
}
