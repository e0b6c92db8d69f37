/// One HTTP request.
package struct HTTPRequest: Sendable {
    /// Where a request's body comes from.
    package enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// `count` bytes of an open file from `offset` on; the caller keeps the descriptor open.
        case file(descriptor: CInt, offset: Int, count: Int)
    }

    package var method: String
    package var url: String
    package var headers: [(name: String, value: String)]
    package var body: Body
    /// The largest answer body taken, bytes.
    package var answerBound: Int

    package init(
        _ method: String, _ url: String, headers: [(name: String, value: String)] = [], body: Body = .none,
        answerBound: Int = 65536
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.answerBound = answerBound
    }
}

/// One HTTP answer.
package struct HTTPResponse: Sendable {
    package let status: Int
    /// In the order they came; names in lower case.
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    /// The value of a header that came exactly once; nil where it is absent or repeated.
    package func header(_ name: String) -> String? {
        let values = headers.filter { $0.name == name }
        return values.count == 1 ? values[0].value : nil
    }
}
