import CPostgreSQL

/// A session with a PostgreSQL server, in which values have one spelling whatever the server's and
/// the user's settings are. Closed when it goes. Blocks; for one thread at a time.
@safe package struct Connection: ~Copyable {
    /// Most bytes of values in one answer.
    package static let answerBytesMax = 256 << 20
    /// The oldest server that is supported: 12.
    package static let serverVersionMin = 120_000

    private let handle: OpaquePointer
    /// As 150020 for 15.20.
    package let serverVersion: Int

    /// Connects and pins the session's settings.
    ///
    /// - Parameters:
    ///   - info: which server, and which database of it.
    ///   - statementTimeout: how long one statement may take on the server; zero for ever.
    /// - Returns: the open session.
    /// - Throws: ``DatabaseError/notConnected(_:)``, ``DatabaseError/serverTooOld(version:)``.
    package static func open(
        _ info: ConnectionInfo,
        statementTimeout: Duration = .seconds(3_600)
    ) throws(DatabaseError) -> Connection {
        let parameters = Array(info.parameters)
        let opened = unsafe CStrings.lend(parameters.map(\.key)) { keys in
            unsafe CStrings.lend(parameters.map(\.value)) { values in
                unsafe PQconnectdbParams(keys, values, 0)
            }
        }
        guard let opened = unsafe opened else {
            throw .notConnected("out of memory")
        }
        guard unsafe PQstatus(opened) == CONNECTION_OK else {
            let said = unsafe String(cString: PQerrorMessage(opened))
            unsafe PQfinish(opened)
            // libpq indents what it adds to a line by a tab.
            let lines = said.split(whereSeparator: \.isNewline)
            throw .notConnected(
                lines.map { $0.drop(while: \.isWhitespace) }.joined(separator: "; ")
            )
        }
        // libpq would print notices, which may quote rows, to our standard error.
        unsafe PQsetNoticeReceiver(opened, { _, _ in }, nil)
        let connection = unsafe Connection(owning: opened)
        guard connection.serverVersion >= serverVersionMin else {
            throw .serverTooOld(version: connection.serverVersion)
        }
        try connection.pin(statementTimeout)
        return connection
    }

    private init(owning handle: OpaquePointer) {
        unsafe self.handle = unsafe handle
        serverVersion = Int(unsafe PQserverVersion(handle))
    }

    /// Runs one statement.
    ///
    /// - Parameters:
    ///   - sql: one statement, with `$1`… for the parameters.
    ///   - parameters: as text; nil for NULL.
    ///   - what: what is asked for, for messages: never the statement, which may quote data.
    ///   - bytesMax: how many bytes of values the answer may have.
    /// - Returns: all rows.
    /// - Throws: ``DatabaseError/refused(_:state:message:)`` and others.
    @discardableResult
    package borrowing func query(
        _ sql: String,
        _ parameters: [String?] = [],
        for what: String,
        bytesMax: Int = answerBytesMax
    ) throws(DatabaseError) -> Rows {
        let sent = unsafe CStrings.lend(parameters) { values in
            unsafe PQsendQueryParams(
                handle,
                sql,
                Int32(parameters.count),
                nil,
                values,
                nil,
                nil,
                0
            )
        }
        guard sent == 1 else {
            throw unsafe failure(of: nil, what)
        }
        // Row by row, so that an answer without end costs no memory without end.
        unsafe PQsetSingleRowMode(handle)
        var answer = Answer()
        while let result = unsafe PQgetResult(handle) {
            defer { unsafe PQclear(result) }
            // Until its data are moved, COPY gives the same result for ever; nothing moves them.
            if unsafe [PGRES_COPY_IN, PGRES_COPY_OUT].contains(PQresultStatus(result)) {
                throw .refused(what, state: "0A000", message: "COPY is not taken here")
            }
            unsafe take(result, into: &answer, what, bytesMax)
        }
        if let failure = answer.failure {
            throw failure
        }
        guard unsafe PQstatus(handle) == CONNECTION_OK else {
            throw .connectionLost(what)
        }
        return Rows(columns: answer.columns, types: answer.types, values: answer.values)
    }

    private struct Answer {
        var columns: [String] = []
        var types: [UInt32] = []
        var values: [Rows.Row] = []
        var bytes = 0
        var failure: DatabaseError?
    }

    private borrowing func take(
        _ result: OpaquePointer,
        into answer: inout Answer,
        _ what: String,
        _ bytesMax: Int
    ) {
        switch unsafe PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
            break
        case PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE:
            let columns = unsafe PQnfields(result)
            if answer.columns.isEmpty {
                answer.columns = (0..<columns).map { column in
                    unsafe PQfname(result, column).map { unsafe String(cString: $0) } ?? ""
                }
                answer.types = (0..<columns).map { unsafe PQftype(result, $0) }
            }
            for row in 0..<(unsafe PQntuples(result)) {
                answer.values.append(
                    Rows.Row((0..<columns).map { unsafe value(result, row, $0, &answer) })
                )
            }
            if answer.bytes > bytesMax, answer.failure == nil {
                answer.values = []
                answer.failure = .answerTooLarge(what, bytesMax: bytesMax)
                cancel()
            }
        default:
            let failure = unsafe failure(of: result, what)
            answer.failure = answer.failure ?? failure
        }
    }

    private borrowing func value(
        _ result: OpaquePointer,
        _ row: Int32,
        _ column: Int32,
        _ answer: inout Answer
    ) -> String? {
        guard unsafe PQgetisnull(result, row, column) == 0, answer.failure == nil,
            let text = unsafe PQgetvalue(result, row, column)
        else {
            return nil
        }
        answer.bytes += Int(unsafe PQgetlength(result, row, column))
        return unsafe String(cString: text)
    }

    private borrowing func cancel() {
        guard let request = unsafe PQgetCancel(handle) else {
            return
        }
        var reason = [CChar](repeating: 0, count: 256)
        _ = unsafe PQcancel(request, &reason, Int32(reason.count))
        unsafe PQfreeCancel(request)
    }

    private borrowing func failure(of result: OpaquePointer?, _ what: String) -> DatabaseError {
        func field(_ code: Int32) -> String? {
            guard let result = unsafe result, let text = unsafe PQresultErrorField(result, code)
            else {
                return nil
            }
            return unsafe String(cString: text)
        }
        guard let state = field(Int32(UInt8(ascii: "C"))), unsafe PQstatus(handle) == CONNECTION_OK
        else {
            return .connectionLost(what)
        }
        // Class 57P: the server is ending the session; that its socket is still open says nothing.
        if state.hasPrefix("57P") {
            return .connectionLost(what)
        }
        let primary = field(Int32(UInt8(ascii: "M"))) ?? ""
        return .refused(
            what,
            state: state,
            message: ServerMessages.withoutData(primary, state: state)
        )
    }

    private borrowing func pin(_ statementTimeout: Duration) throws(DatabaseError) {
        let milliseconds = statementTimeout / .milliseconds(1)
        let settings = Connection.pinned + [("statement_timeout", "\(Int(milliseconds))")]
        let calls = settings.map { "pg_catalog.set_config('\($0)', '\($1)', false)" }
        try query("SELECT " + calls.joined(separator: ", "), for: "settings of the session")
    }

    /// What decides how a value is spelled, or which rows are seen. `row_security = off` makes a
    /// query fail that would silently see fewer rows.
    private static let pinned = [
        ("datestyle", "ISO, YMD"), ("timezone", "UTC"), ("intervalstyle", "iso_8601"),
        ("extra_float_digits", "3"), ("bytea_output", "hex"), ("xmlbinary", "base64"),
        ("lc_monetary", "C"), ("search_path", ""), ("row_security", "off"),
        ("standard_conforming_strings", "on"), ("lock_timeout", "60s"),
        ("idle_in_transaction_session_timeout", "0"),
    ]

    deinit {
        unsafe PQfinish(handle)
    }
}
