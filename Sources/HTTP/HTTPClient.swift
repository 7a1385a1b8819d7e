import CCurl
import Glibc

/// Asks one HTTP server by libcurl, one request after another, over a connection that is kept.
///
/// Blocks; for one thread at a time. Redirects are not followed, and neither proxies of the
/// environment nor .netrc files are looked at.
///
/// Invariant: `handle` and `words` live as long as this, and outside of ``send(_:)`` and
/// ``send(_:receiver:)`` no option of `handle` points anywhere.
@safe package final class HTTPClient {
    private let endpoint: HTTPEndpoint
    private let limits: HTTPLimits
    private let credentials: HTTPCredentials?
    private let caFile: String?
    private let proxy: String?
    private let isStopping: () -> Bool
    private let handle: UnsafeMutableRawPointer
    /// Where curl writes what went wrong.
    private let words: UnsafeMutablePointer<CChar>

    /// curl_global_init(3), which two threads may not do at once.
    private static let isStarted = curl_global_init(Int(ccurl_global_default)) == CURLE_OK

    /// Makes a client; nothing is connected yet.
    ///
    /// - Parameters:
    ///   - endpoint: which server.
    ///   - limits: how long, how slowly and how much it may answer.
    ///   - credentials: for Basic authentication, sent with every request.
    ///   - caFile: certificates in PEM of the only authorities that are believed; nil for the
    ///     system's.
    ///   - proxy: the URL of a proxy without user and password; nil for none.
    ///   - isStopping: asked about once a second; true ends a request.
    /// - Throws: ``HTTPError/notStarted(_:)``; ``HTTPError/invalidRequest(_:_:)`` if a text holds
    ///   control characters, or the endpoint more than belongs there.
    package init(
        _ endpoint: HTTPEndpoint,
        _ limits: HTTPLimits,
        credentials: HTTPCredentials? = nil,
        caFile: String? = nil,
        proxy: String? = nil,
        isStopping: @escaping () -> Bool = { false }
    ) throws(HTTPError) {
        let texts = [
            endpoint.description, credentials?.user, credentials?.password, caFile, proxy,
        ]
        guard HTTPClient.arePlain(texts.compactMap { $0 }) else {
            throw .invalidRequest("HTTP server", HTTPClient.controlCharacter)
        }
        guard endpoint.isPlain else {
            let words = "its host is not a name or an address, or its socket has no path"
            throw .invalidRequest("HTTP server", CurlFailure(code: 3, words: words))
        }
        guard HTTPClient.isStarted, let handle = unsafe curl_easy_init() else {
            throw .notStarted(CurlFailure(code: 2, words: "it cannot be initialized"))
        }
        self.endpoint = endpoint
        self.limits = limits
        self.credentials = credentials
        self.caFile = caFile
        self.proxy = proxy
        self.isStopping = isStopping
        unsafe self.handle = unsafe handle
        unsafe words = .allocate(capacity: Int(ccurl_error_size))
        unsafe words.initialize(repeating: 0, count: Int(ccurl_error_size))
    }

    /// Sends a request and waits for the whole answer. One that a kept connection lost before the
    /// first byte of an answer is sent once more, over a new one.
    ///
    /// - Parameter request: what is asked.
    /// - Returns: the answer, whatever its status.
    /// - Throws: ``HTTPError`` if none came, or not all of it, or one that is longer than we take.
    package func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
        let exchange = try exchange(for: request)
        return try response(to: request, perform(request, exchange), exchange)
    }

    /// Sends a request as ``send(_:)`` does, and hands the body of a good answer (2xx) on as it
    /// comes, however long it is. The body of any other answer is kept.
    ///
    /// - Parameters:
    ///   - request: what is asked.
    ///   - receiver: gets the answer's head and each piece of its body, in order; false ends the
    ///     request, which then throws ``HTTPError/brokenOff(_:_:)``.
    /// - Returns: the answer, without what was handed on.
    /// - Throws: ``HTTPError``; by then a part of the body may have been handed on.
    package func send(
        _ request: HTTPRequest,
        receiver: (HTTPResponse, [UInt8]) -> Bool
    ) throws(HTTPError) -> HTTPResponse {
        let exchange = try exchange(for: request)
        let code: CURLcode = withoutActuallyEscaping(receiver) { receiver in
            exchange.receiver = receiver
            defer { exchange.receiver = nil }
            return perform(request, exchange)
        }
        return try response(to: request, code, exchange)
    }

    private func exchange(for request: HTTPRequest) throws(HTTPError) -> Exchange {
        let texts =
            [request.method, request.target] + request.headers.flatMap { [$0.name, $0.value] }
        guard HTTPClient.arePlain(texts) else {
            throw .invalidRequest("\(endpoint)", HTTPClient.controlCharacter)
        }
        return Exchange(bytesMax: limits.bytesMax, isStopping: isStopping)
    }

    private func response(
        to request: HTTPRequest,
        _ code: CURLcode,
        _ exchange: Exchange
    ) throws(HTTPError) -> HTTPResponse {
        guard code == CURLE_OK else {
            throw error(code, "\(request.method) \(endpoint)\(request.path)", exchange)
        }
        return exchange.response
    }

    private func perform(_ request: HTTPRequest, _ exchange: Exchange) -> CURLcode {
        let lines = unsafe list(request.lines)
        defer { unsafe curl_slist_free_all(lines) }
        defer { withExtendedLifetime(exchange) {} }
        // A reset forgets all options and nothing else: connections stay.
        unsafe curl_easy_reset(handle)
        defer { unsafe curl_easy_reset(handle) }
        unsafe words[0] = 0
        var options = unsafe CurlOptions(handle)
        setRules(&options)
        setServer(&options)
        options.callBack(exchange)
        options.set(CURLOPT_URL, endpoint.base + request.target)
        unsafe options.set(CURLOPT_ERRORBUFFER, pointer: words)
        unsafe options.set(CURLOPT_HTTPHEADER, pointer: lines)
        setMethod(request.method, &options)
        // Not of no bytes: to a body that is nowhere curl prefers the standard input.
        let body = request.body.isEmpty ? [0] : request.body
        return unsafe body.withUnsafeBytes { bytes -> CURLcode in
            if request.sendsBody {
                options.set(CURLOPT_POSTFIELDSIZE_LARGE, size: request.body.count)
                unsafe options.set(CURLOPT_POSTFIELDS, pointer: bytes.baseAddress)
            }
            guard options.code == CURLE_OK else {
                return options.code
            }
            let code = unsafe curl_easy_perform(handle)
            exchange.status = number(CURLINFO_RESPONSE_CODE)
            exchange.systemError = number(CURLINFO_OS_ERRNO)
            return code
        }
    }

    /// What holds for every request to every server.
    private func setRules(_ options: inout CurlOptions) {
        options.set(CURLOPT_PROTOCOLS_STR, "http,https")
        options.set(CURLOPT_HTTP_VERSION, Int(ccurl_http_1_1))
        options.set(CURLOPT_SSLVERSION, Int(ccurl_tls_1_2))
        options.set(CURLOPT_NOSIGNAL, 1)
        options.set(CURLOPT_FOLLOWLOCATION, 0)
        options.set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        // A target with `..` in it is sent as it was signed.
        options.set(CURLOPT_PATH_AS_IS, 1)
        options.set(CURLOPT_CONNECTTIMEOUT_MS, limits.connect)
        options.set(CURLOPT_TIMEOUT_MS, limits.total)
        options.set(CURLOPT_LOW_SPEED_LIMIT, limits.bytesPerSecondMin)
        options.set(CURLOPT_LOW_SPEED_TIME, limits.slowSecondsMax)
    }

    private func setServer(_ options: inout CurlOptions) {
        if case .unixSocket(let path) = endpoint {
            options.set(CURLOPT_UNIX_SOCKET_PATH, path)
        }
        // Both empty: what the environment says of proxies is not looked at.
        options.set(CURLOPT_PROXY, proxy ?? "")
        options.set(CURLOPT_NOPROXY, "")
        if let caFile {
            options.set(CURLOPT_CAINFO, caFile)
            options.clear(CURLOPT_CAPATH)
        }
        if let credentials {
            options.set(CURLOPT_HTTPAUTH, Int(ccurl_auth_basic))
            options.set(CURLOPT_USERNAME, credentials.user)
            options.set(CURLOPT_PASSWORD, credentials.password)
        }
    }

    private func setMethod(_ method: String, _ options: inout CurlOptions) {
        switch method {
        case "GET": break
        case "HEAD": options.set(CURLOPT_NOBODY, 1)
        default: options.set(CURLOPT_CUSTOMREQUEST, method)
        }
    }

    private func list(_ lines: [String]) -> UnsafeMutablePointer<curl_slist>? {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = unsafe curl_slist_append(list, line) else {
                preconditionFailure("out of memory for \(lines.count) headers")
            }
            unsafe list = unsafe longer
        }
        return unsafe list
    }

    private func number(_ info: CURLINFO) -> Int {
        var number = 0
        _ = unsafe ccurl_get_long(handle, info, &number)
        return number
    }

    private func error(_ code: CURLcode, _ place: String, _ exchange: Exchange) -> HTTPError {
        if let limit = exchange.passedLimit {
            return .answerTooLong(place, bytesMax: limit)
        }
        let failure = CurlFailure(code: Int(code.rawValue), words: told(code, exchange))
        return switch code {
        case CURLE_ABORTED_BY_CALLBACK: .stopped(place)
        case CURLE_UNKNOWN_OPTION, CURLE_NOT_BUILT_IN, CURLE_OUT_OF_MEMORY: .notStarted(failure)
        case CURLE_URL_MALFORMAT, CURLE_LOGIN_DENIED: .invalidRequest(place, failure)
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT: .notReached(place, failure)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE:
            .notTrusted(place, failure)
        case CURLE_OPERATION_TIMEDOUT: .timedOut(place, failure)
        default: .brokenOff(place, failure)
        }
    }

    /// curl's words, in one line; where no connection came to be also the system's, which tell a
    /// socket that is not there from one that nobody answers.
    private func told(_ code: CURLcode, _ exchange: Exchange) -> String {
        var said = unsafe String(cString: words)
        if said.isEmpty {
            said = unsafe String(cString: curl_easy_strerror(code))
        }
        var lines = said.split(whereSeparator: \.isNewline).map { String($0) }
        if code == CURLE_COULDNT_CONNECT, exchange.systemError > 0 {
            lines.append(unsafe String(cString: strerror(Int32(exchange.systemError))))
        }
        return lines.joined(separator: "; ")
    }

    /// Whether texts hold no control characters, which would end a line of a head, or a C string.
    private static func arePlain(_ texts: [String]) -> Bool {
        texts.allSatisfy { $0.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f } }
    }

    private static let controlCharacter = CurlFailure(
        code: 3,
        words: "a control character where none may be"
    )

    deinit {
        unsafe curl_easy_cleanup(handle)
        unsafe words.deallocate()
    }
}
