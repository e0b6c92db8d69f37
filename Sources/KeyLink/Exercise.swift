/// Feeds hostile bytes to both parsers, for fuzzing: what parses must come out as the very bytes that went in.
package func exerciseKeyLink(_ bytes: Span<UInt8>) {
    let original = copy(bytes, from: 0)
    if let request = try? KeyRequest(parsing: bytes) {
        precondition(request.encoded == original, "a request has two encodings")
    }
    do {
        let reply = try KeyReply(parsing: bytes)
        let message = try reply.encoded()
        precondition(copy(message.span, from: 0) == original, "a reply has two encodings")
    } catch {
        // Refusing is the parsers' right; only crashing and disagreeing are not.
        return
    }
}
