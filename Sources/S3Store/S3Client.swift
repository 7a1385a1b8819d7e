import HTTP
import Model
import ObjectStore
import Primitives
import Synchronization

/// Asks one bucket, from any number of threads: each has a connection of its own while it waits.
final class S3Client: Sendable {
    /// Connections that are kept while nobody uses them.
    private static let idleMax = 32

    /// A whole object may take a quarter of an hour; a server that moves next to nothing for a
    /// minute is given up before.
    private static let limits = HTTPLimits(
        connect: .seconds(15),
        total: .seconds(900),
        bytesMax: S3Document.bytesMax,
        bytesPerSecondMin: 1_024,
        slowSecondsMax: 60
    )

    /// For messages: that of the store.
    let place: String
    /// Where the bucket is.
    let location: S3Location
    /// For how long what is only busy is asked again.
    let patience: Patience
    /// Nil for nobody, whose requests are not signed.
    private let signer: SigV4?
    private let clock: @Sendable () -> Timestamp
    private let idle: Mutex<[Connection]>
    /// Whether the service has ever answered: one that is away after that may come back.
    private let wasReached = Atomic(false)

    /// Makes a client; nothing is asked yet.
    ///
    /// - Parameters:
    ///   - location: where the bucket is.
    ///   - place: how the store is called in messages.
    ///   - credentials: who asks; nil for nobody.
    ///   - clock: what signatures are dated by.
    ///   - patience: for how long what is only busy is asked again.
    /// - Throws: ``StoreError/unavailable(place:reason:hint:)`` if there can be no connection to
    ///   what is configured.
    init(
        _ location: S3Location,
        place: String,
        credentials: S3Credentials?,
        clock: @escaping @Sendable () -> Timestamp,
        patience: Patience
    ) throws(StoreError) {
        let first = try S3Client.connection(to: location, place, patience)
        self.place = place
        self.location = location
        self.clock = clock
        self.patience = patience
        signer = credentials.map { SigV4(location, $0) }
        idle = Mutex([first])
    }

    /// Sends a request, and again as long as the service is only busy.
    ///
    /// - Parameter request: what is asked.
    /// - Returns: the answer, whatever it says but that.
    /// - Throws: ``StoreError`` if none came.
    func exchange(_ request: S3Request) throws(StoreError) -> HTTPResponse {
        try patience.retry { () throws(StoreError) in
            let answer = try withConnection(request) { (http, signed) throws(HTTPError) in
                try http.send(signed)
            }
            if !answer.isGood, S3Failure(answer).kind == .busy {
                throw error(S3Failure(answer), request)
            }
            return answer
        }
    }

    /// Sends a request once, and hands the body of a good answer on as it comes.
    ///
    /// - Parameters:
    ///   - request: what is asked.
    ///   - receiver: gets the answer's head and each piece of its body; false ends the request,
    ///     which then throws.
    /// - Returns: the answer, whatever it says, without what was handed on.
    /// - Throws: ``StoreError`` if none came, or not all of it.
    func exchange(
        _ request: S3Request,
        receiver: (HTTPResponse, [UInt8]) -> Bool
    ) throws(StoreError) -> HTTPResponse {
        try withConnection(request) { (http, signed) throws(HTTPError) in
            try http.send(signed, receiver: receiver)
        }
    }

    /// Sends a request that must be done.
    ///
    /// - Parameter request: what is asked.
    /// - Returns: the answer, which says yes.
    /// - Throws: ``StoreError``.
    func answer(to request: S3Request) throws(StoreError) -> HTTPResponse {
        let answer = try exchange(request)
        try check(answer, to: request)
        return answer
    }

    /// Sends a request that is answered with a document.
    ///
    /// - Parameters:
    ///   - name: of the document's outermost element.
    ///   - request: what is asked.
    /// - Returns: that element.
    /// - Throws: ``StoreError``.
    func document(
        _ name: String,
        from request: S3Request
    ) throws(StoreError) -> S3Element {
        try document(name, in: try answer(to: request), to: request)
    }

    /// The document in an answer.
    ///
    /// - Parameters:
    ///   - name: of its outermost element.
    ///   - answer: which answer.
    ///   - request: what was asked.
    /// - Returns: the outermost element.
    /// - Throws: ``StoreError``; also if it tells of an error, which may come after a head that
    ///   tells of none.
    func document(
        _ name: String,
        in answer: HTTPResponse,
        to request: S3Request
    ) throws(StoreError) -> S3Element {
        guard let root = S3Document.root(of: answer.body) else {
            throw strange("its answer is no document of S3's", request)
        }
        guard root.name != "Error" else {
            throw error(S3Failure(status: answer.status, code: root["Code"]), request)
        }
        guard root.name == name else {
            throw strange("its answer is another one than \(name)", request)
        }
        return root
    }

    // MARK: - Connections

    private func withConnection(
        _ request: S3Request,
        _ body: (HTTPClient, HTTPRequest) throws(HTTPError) -> HTTPResponse
    ) throws(StoreError) -> HTTPResponse {
        let signed = try sign(request)
        let connection = try take()
        defer { giveBack(connection) }
        do throws(HTTPError) {
            let answer = try body(connection.http, signed)
            wasReached.store(true, ordering: .relaxed)
            return answer
        } catch {
            throw self.error(error, request, wasReached: wasReached.load(ordering: .relaxed))
        }
    }

    private func sign(_ request: S3Request) throws(StoreError) -> HTTPRequest {
        guard let signer else {
            return HTTPRequest(
                request.method,
                request.target(at: location),
                headers: request.headers,
                body: request.body
            )
        }
        do throws(CryptoError) {
            return try signer.sign(request, at: clock())
        } catch {
            throw .failed(
                operation: request.operation,
                key: request.subject,
                place: place,
                reason: error.description,
                hint: error.hint
            )
        }
    }

    private func take() throws(StoreError) -> Connection {
        if let connection = idle.withLock({ $0.popLast() }) {
            return connection
        }
        return try S3Client.connection(to: location, place, patience)
    }

    private func giveBack(_ connection: Connection) {
        idle.withLock { idle in
            if idle.count < S3Client.idleMax {
                idle.append(connection)
            }
        }
    }

    private static func connection(
        to location: S3Location,
        _ place: String,
        _ patience: Patience
    ) throws(StoreError) -> Connection {
        do throws(HTTPError) {
            return Connection(
                try HTTPClient(
                    location.endpoint,
                    limits,
                    caFile: location.caFile,
                    proxy: location.proxy,
                    isStopping: { patience.isStopping }
                )
            )
        } catch {
            throw .unavailable(place: place, reason: error.description, hint: error.hint)
        }
    }

    /// A client that belongs to whoever took it, until it is given back.
    private final class Connection: @unchecked Sendable {
        // Sendable: one thread at a time has it, and hands it over under the lock of `idle`.
        let http: HTTPClient

        init(_ http: HTTPClient) {
            self.http = http
        }
    }
}
