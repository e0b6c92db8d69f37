/// Why an image is none that the pod's chip would start with a key in its one-time memory. Places are bytes of the
/// image.
package enum SignedImageError: Error, Equatable, Sendable {
    /// No block is whole in the first 4 KiB, where the chip looks for one.
    case unmarked
    /// What stands here is no block, or one longer than the chip reads.
    case block(at: Int)
    /// The block here links to where none can be.
    case link(at: Int)
    /// The links meet a block twice, or more than four.
    case loop
    /// The block here begins with this kind of item, and not with IMAGE_DEF.
    case kind(at: Int, UInt8)
    /// Flags of IMAGE_DEF that do not say: executable, secure, Arm, RP2350.
    case type(UInt16)
    /// An item of this kind is not one of a pod's, not of the form that the chip reads, or there twice.
    case item(UInt8)
    /// Its version would be burnt into the chip as the oldest that it starts from then on.
    case rollback
    /// The definition that the chip would start has no such item.
    case missing(ImageItem)
    /// More definitions than the last have a signature.
    case signatures
    /// The load map clears memory here.
    case cleared(UInt32)
    /// The load map puts something here that lies elsewhere.
    case copied(UInt32)
    /// From here on the load map does not cover the program.
    case uncovered(UInt32)
    /// So many words of the block are hashed, which leaves out what must be, or has what is not there.
    case hashed(UInt32)
    /// HASH_VALUE is another hash.
    case hashValue
    /// The table of vectors is not in the program.
    case vectors(UInt32)
    case entry(UInt32)
    case stack(UInt32)
    /// Something stands behind the block that holds the signature.
    case rest(at: Int)
    /// The key is none.
    case key
    /// The signature is not the key's over these bytes.
    case signature
    /// libcrypto did not do what it was asked.
    case library
}

extension SignedImageError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unmarked: "it says nowhere in its first 4096 bytes what it is"
        case .block(let byte): "what stands at byte \(byte) is no block of metadata"
        case .link(let byte): "the block at byte \(byte) links to outside of the image"
        case .loop: "its blocks of metadata are no closed loop"
        case .kind(let byte, let kind): "the block at byte \(byte) begins with an item \(hex(kind))"
        case .type(let flags): "it is not for the pod's chip: it says \(hex(flags)) of itself"
        case .item(let kind): "an item \(hex(kind)) has no place in it, or not this form"
        case .rollback: "its version would be burnt into the chip for ever"
        case .missing(.signature), .missing(.hashDefinition), .missing(.loadMap): "it is not signed"
        case .missing(let kind): "it has no item \(hex(kind.rawValue))"
        case .signatures: "more than one of its definitions is signed"
        case .cleared(let address): "it would have memory cleared at \(hex(address))"
        case .copied(let address): "it would have something copied to \(hex(address))"
        case .uncovered(let address): "its signature does not cover what lies at \(hex(address))"
        case .hashed(let words): "its signature covers \(words) words of its metadata, not those that matter"
        case .hashValue: "its check sum is another"
        case .vectors(let address): "its vectors are at \(hex(address)), which is not in it"
        case .entry(let address): "it would begin at \(hex(address)), which is not in it"
        case .stack(let address): "its stack would begin at \(hex(address)), where the chip has no memory"
        case .rest(let byte): "something that is not signed begins at byte \(byte)"
        case .key: "what should be its key is none"
        case .signature: "its signature is not one over these bytes"
        case .library: "the crypto library refused to check its signature"
        }
    }
}
