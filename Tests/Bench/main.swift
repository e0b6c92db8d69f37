import AEAD
import Age
import BundleFormat
import Crypto
import Foundation
import LockedMemory

// Times the writing of one age file of 64 MiB; Tests/bench sets it beside its peers.
// Prints one JSON line: seconds of wall time and of processor time for each of the runs, best of them first.

/// Processor seconds of this process, all threads.
func processorSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

func measure() throws -> (wall: Double, processor: Double) {
    let count = 64 << 20
    let identity = try XWingMLKEM768X25519.PrivateKey.generate()
    guard let text = RecipientText(key: Array(identity.publicKey.rawRepresentation)) else { exit(1) }
    let recipient = try Recipient(text)
    let mix = try KeyMix.random()
    var plain = try LockedBytes(count: count)
    var span = plain.mutableSpan
    for place in stride(from: 0, to: count, by: 4096) { span[place] = UInt8(truncatingIfNeeded: place >> 12) }
    let (wall, processor) = (Date(), processorSeconds())
    let file = try SealedFile(plain, to: [recipient], mix: mix)
    precondition(file.size > count)
    return (Date().timeIntervalSince(wall), processorSeconds() - processor)
}

var runs: [(wall: Double, processor: Double)] = []
for _ in 0..<5 { runs.append(try measure()) }
runs.sort { $0.wall < $1.wall }
print("{\"bytes\": \(64 << 20), \"wall_s\": \(runs[0].wall), \"processor_s\": \(runs[0].processor)}")
