/// The command line; every option must be given once.
struct Options {
    /// Folder of the engine's libraries.
    let engine: String
    /// The model's file.
    let model: String
    /// Where the worker listens.
    let socket: String
    /// The user's id of `obscura-capture`, the only client.
    let peer: UInt32

    static let usage = "usage: obscura-detect --engine DIR --model FILE --socket PATH --peer-uid UID"

    /// Nil where the words are not exactly these options with a value each.
    init?(parsing words: [String]) {
        var values: [String: String] = [:]
        var rest = words[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst(), values.updateValue(value, forKey: name) == nil else { return nil }
        }
        guard values.count == 4, let engine = values["--engine"], let model = values["--model"],
            let socket = values["--socket"], let peer = values["--peer-uid"].flatMap({ UInt32($0) })
        else { return nil }
        (self.engine, self.model, self.socket, self.peer) = (engine, model, socket, peer)
    }
}
