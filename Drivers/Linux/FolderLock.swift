import Glibc

/// Nobody else has the folder locked while this is alive.
///
/// Unlocks by itself: closing alone would leave the lock with a child that was forked and has not yet called exec(2).
package struct FolderLock: ~Copyable, Sendable {
    private let descriptor: Descriptor

    init(_ locked: consuming Descriptor) { descriptor = locked }

    deinit { flock(descriptor.number, LOCK_UN) }
}
