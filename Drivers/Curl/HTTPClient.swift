import CCurl
import Glibc

/// libcurl's handle as Swift sees it.
typealias OpaqueCurl = UnsafeMutableRawPointer

/// How long a client waits.
package struct Patience: Sendable {
    /// Until a connection stands, TLS included, milliseconds.
    package var connectMilliseconds: Int
    /// A request that moves less than one byte a second for so long is given up, seconds.
    package var stalledSeconds: Int
    /// From the end of the request's body to the end of the answer, however it moves, seconds.
    package var answerSeconds: Int

    package init(connectMilliseconds: Int = 15_000, stalledSeconds: Int = 60, answerSeconds: Int = 300) {
        self.connectMilliseconds = connectMilliseconds
        self.stalledSeconds = stalledSeconds
        self.answerSeconds = answerSeconds
    }
}

/// One libcurl easy handle: one connection at a time, kept open between requests.
///
/// It speaks HTTP/1.1 only, follows no redirect, keeps no cookie, reads no `.netrc`, and asks only the address given.
@safe package struct HTTPClient: ~Copyable {
    private enum Way {
        case tls(authority: [UInt8])
        case unixSocket(String)
    }

    private let handle: OpaqueCurl
    private let way: Way
    private let patience: Patience

    /// A client for `https` that trusts the authority's PEM certificates and nothing else; TLS 1.3 is the least.
    ///
    /// The environment's proxy settings hold: a station may stand behind one.
    package init(trusting authority: [UInt8], patience: Patience = Patience()) throws(CurlError) {
        try self.init(.tls(authority: authority), patience)
    }

    /// A client for `http` over a Unix socket; the host in the address is only a name.
    package init(unixSocket path: String, patience: Patience = Patience()) throws(CurlError) {
        try self.init(.unixSocket(path), patience)
    }

    private init(_ way: Way, _ patience: Patience) throws(CurlError) {
        guard Self.started == CURLE_OK, let handle = unsafe curl_easy_init() else {
            throw .other(Int(CURLE_FAILED_INIT.rawValue))
        }
        unsafe self.handle = handle
        self.way = way
        self.patience = patience
    }

    deinit { unsafe curl_easy_cleanup(handle) }

    // Once a process, whichever thread comes first.
    private static let started: CURLcode = obscura_curl_start()

    /// Sends one request and waits for its whole answer, whatever the status.
    ///
    /// - Parameters:
    ///   - wanted: asked several times a second with the body bytes sent so far; false gives the request up.
    ///   - sink: gets the body of an answer with status 200 as it comes, in place of the response, for as long as there is
    ///     one; false gives the request up.
    package mutating func send(
        _ request: HTTPRequest, while wanted: @escaping (Int) -> Bool = { _ in true },
        into sink: (([UInt8]) -> Bool)? = nil
    ) throws(CurlError) -> HTTPResponse {
        let texts = [request.method] + request.headers.flatMap { [$0.name, $0.value] }
        for text in texts where text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) { throw .header }
        guard request.url.hasPrefix(scheme), !request.url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7f }) else {
            throw .address
        }

        unsafe curl_easy_reset(handle)
        let transfer = Transfer(request, answerWithin: .seconds(patience.answerSeconds), wanted: wanted, sink: sink)
        try configure(request, transfer)
        var list: UnsafeMutablePointer<curl_slist>? = nil
        defer { unsafe curl_slist_free_all(list) }
        // Without this libcurl asks for "100 Continue" and waits a second for a server that never says it.
        for line in ["Expect:"] + request.headers.map({ "\($0.name): \($0.value)" }) {
            guard let longer = unsafe curl_slist_append(list, line) else {
                throw .other(Int(CURLE_OUT_OF_MEMORY.rawValue))
            }
            unsafe list = longer
        }
        try accepted(unsafe obscura_curl_set_list(handle, CURLOPT_HTTPHEADER, list))

        let code = withExtendedLifetime(transfer) { unsafe curl_easy_perform(handle) }
        // Neither `list` nor `transfer` may stay in the handle: both end with this call.
        defer { unsafe curl_easy_reset(handle) }
        if let failure = transfer.failure { throw failure == .timedOut ? timedOut : failure }
        if code != CURLE_OK { throw failure(code) }
        return HTTPResponse(
            status: number(CURLINFO_RESPONSE_CODE), headers: transfer.headers, body: transfer.answer)
    }

    private var scheme: String {
        switch way {
        case .tls: "https://"
        case .unixSocket: "http://"
        }
    }

    private func configure(_ request: HTTPRequest, _ transfer: Transfer) throws(CurlError) {
        switch way {
        case .tls(let authority):
            try set(CURLOPT_PROTOCOLS_STR, "https")
            try set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_3))
            // The distribution's own authorities are set from the start: take them away.
            try set(CURLOPT_CAINFO, nil)
            try set(CURLOPT_CAPATH, nil)
            try accepted(
                unsafe authority.withUnsafeBytes {
                    unsafe obscura_curl_set_blob(handle, CURLOPT_CAINFO_BLOB, $0.baseAddress, $0.count)
                })
            try set(CURLOPT_SSL_VERIFYPEER, 1)
            try set(CURLOPT_SSL_VERIFYHOST, 2)
        case .unixSocket(let path):
            try set(CURLOPT_PROTOCOLS_STR, "http")
            try set(CURLOPT_UNIX_SOCKET_PATH, path)
            try set(CURLOPT_PROXY, "")
        }
        try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        try set(CURLOPT_FOLLOWLOCATION, 0)
        try set(CURLOPT_NOSIGNAL, 1)
        // Without this a request that was given up waits for the name server all the same.
        try set(CURLOPT_QUICK_EXIT, 1)
        try set(CURLOPT_CONNECTTIMEOUT_MS, patience.connectMilliseconds)
        try set(CURLOPT_LOW_SPEED_LIMIT, 1)
        try set(CURLOPT_LOW_SPEED_TIME, patience.stalledSeconds)
        try set(CURLOPT_URL, request.url)
        unsafe transfer.attach(to: handle)
        switch (request.method, request.body) {
        case ("HEAD", _): try set(CURLOPT_NOBODY, 1)
        case ("GET", .none), ("DELETE", .none): try set(CURLOPT_HTTPGET, 1)
        default:
            try set(CURLOPT_UPLOAD, 1)
            let count = curl_off_t(transfer.bodyCount)
            try accepted(unsafe obscura_curl_set_large(handle, CURLOPT_INFILESIZE_LARGE, count))
        }
        if request.method != "HEAD" { try set(CURLOPT_CUSTOMREQUEST, request.method) }
    }

    private func set(_ option: CURLoption, _ value: Int) throws(CurlError) {
        try accepted(unsafe obscura_curl_set_number(handle, option, value))
    }

    private func set(_ option: CURLoption, _ value: String?) throws(CurlError) {
        if let value {
            try accepted(unsafe obscura_curl_set_text(handle, option, value))
        } else {
            try accepted(unsafe obscura_curl_set_text(handle, option, nil))
        }
    }

    private func accepted(_ code: CURLcode) throws(CurlError) {
        if code != CURLE_OK { throw failure(code) }
    }

    private func number(_ info: CURLINFO) -> Int {
        var value = 0
        unsafe obscura_curl_get_number(handle, info, &value)
        return value
    }

    /// What took too long. A name server that does not answer is no store that does not.
    private var timedOut: CurlError {
        var microseconds: curl_off_t = 0
        unsafe obscura_curl_get_large(handle, CURLINFO_NAMELOOKUP_TIME_T, &microseconds)
        return microseconds == 0 ? .resolve : .timedOut
    }

    private func failure(_ code: CURLcode) -> CurlError {
        switch code {
        case CURLE_URL_MALFORMAT: .address
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .resolve
        case CURLE_COULDNT_CONNECT, CURLE_PROXY: .connect
        case CURLE_OPERATION_TIMEDOUT: timedOut
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE: .cut
        // The address's scheme was looked at before: here it is an answer without a status line.
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_HTTP2: .malformed
        case CURLE_ABORTED_BY_CALLBACK: .cancelled
        case CURLE_SSL_CACERT_BADFILE: .tls(.authority)
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER: .tls(.handshake)
        case CURLE_PEER_FAILED_VERIFICATION: .tls(TLSFailure(verification: number(CURLINFO_SSL_VERIFYRESULT)))
        default: .other(Int(code.rawValue))
        }
    }
}
