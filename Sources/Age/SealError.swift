import AEAD
import BundleFormat
import LockedMemory

/// A bundle could not be sealed. Nothing of it exists then.
package enum SealError: Error, Equatable {
    case crypto(AEADError)
    case memory(LockedMemoryError)
    case format(BundleError)
    /// The recipient's key is not one that can be sealed to.
    case recipient(String)
    case noRecipient
    /// An asset is empty or longer than a bundle may hold (bytes).
    case assetSize(Int)
    case noAssets
    case tooManyAssets
    /// The mix of a file key has the wrong size (bytes).
    case mixSize(Int)
    /// The signature that came back is not the station's over this manifest.
    case wrongSignature
}

func crypto<Value: ~Copyable>(_ body: () throws(AEADError) -> Value) throws(SealError) -> Value {
    do { return try body() } catch { throw .crypto(error) }
}

func memory<Value: ~Copyable>(_ body: () throws(LockedMemoryError) -> Value) throws(SealError) -> Value {
    do { return try body() } catch { throw .memory(error) }
}

func format<Value: ~Copyable>(_ body: () throws(BundleError) -> Value) throws(SealError) -> Value {
    do { return try body() } catch { throw .format(error) }
}
