/// What comes in during one request, while curl calls back.
final class Exchange {
    private var headers: [HTTPHeader] = []
    private var body: [UInt8] = []
    private var headBytes = 0
    private var bodyBytes = 0
    private let bytesMax: Int
    private let isStopping: () -> Bool
    /// The limit that the answer was over, if any.
    private(set) var passedLimit: Int?
    /// The answer's status, once there is one.
    var status = 0
    /// Gets head and body of a good answer (2xx) as they come, in place of ``response``; false ends
    /// the request.
    var receiver: ((HTTPResponse, [UInt8]) -> Bool)?
    /// What errno was when no connection came to be.
    var systemError = 0

    /// Waits for an answer.
    ///
    /// - Parameters:
    ///   - bytesMax: bytes of its body.
    ///   - isStopping: asked about once a second, and whenever something moves.
    init(bytesMax: Int, isStopping: @escaping () -> Bool) {
        self.bytesMax = bytesMax
        self.isStopping = isStopping
    }

    /// All that came, once it is whole.
    var response: HTTPResponse {
        HTTPResponse(status: status, headers: headers, body: body)
    }

    /// Takes a line of a head.
    ///
    /// - Returns: false if the request is to end.
    func takeHead(_ bytes: UnsafeRawBufferPointer) -> Bool {
        headBytes += bytes.count
        guard headBytes <= HTTPLimits.headBytesMax else {
            passedLimit = HTTPLimits.headBytesMax
            return false
        }
        // What follows a body in chunks (RFC 9112 §7.1.2) is nothing that we ask for.
        guard bodyBytes == 0 else {
            return true
        }
        let line = unsafe [UInt8](bytes)
        if line.starts(with: Array("HTTP/".utf8)) {
            // A final answer after an interim one (RFC 9110 §15.2).
            headers = []
            status = Exchange.status(of: line)
        } else if let header = HTTPHeader(line: line) {
            headers.append(header)
        }
        return true
    }

    /// Takes a piece of the body.
    ///
    /// - Returns: false if the request is to end.
    func takeBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bodyBytes += bytes.count
        if let receiver, (200..<300).contains(status) {
            let piece = unsafe [UInt8](bytes)
            return receiver(response, piece)
        }
        guard bytes.count <= bytesMax - body.count else {
            passedLimit = bytesMax
            return false
        }
        unsafe body.append(contentsOf: bytes)
        return true
    }

    /// The number in a status line (RFC 9112 §4); 0 if there is none.
    private static func status(of line: [UInt8]) -> Int {
        let word = line.split(separator: UInt8(ascii: " ")).dropFirst().first ?? []
        let digits = word.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return Int(String(decoding: digits, as: UTF8.self)) ?? 0
    }

    // MARK: - As curl calls

    /// Gives what curl has to the exchange at `context`.
    ///
    /// - Returns: how many bytes were taken: all, or 0 to end the request.
    static func take(
        _ bytes: UnsafeMutablePointer<CChar>?,
        _ count: Int,
        _ context: UnsafeMutableRawPointer?,
        _ body: (Exchange, UnsafeRawBufferPointer) -> Bool
    ) -> Int {
        guard let exchange = unsafe at(context) else {
            return 0
        }
        let piece = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
        return unsafe body(exchange, piece) ? count : 0
    }

    /// Whether the request of the exchange at `context` is to end.
    static func isStopping(_ context: UnsafeMutableRawPointer?) -> Bool {
        guard let exchange = unsafe at(context) else {
            return true
        }
        return exchange.isStopping()
    }

    private static func at(_ context: UnsafeMutableRawPointer?) -> Exchange? {
        guard let context = unsafe context else {
            return nil
        }
        return unsafe Unmanaged<Exchange>.fromOpaque(context).takeUnretainedValue()
    }
}
