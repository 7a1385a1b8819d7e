import HTTP
package import ObjectStore

extension S3Store {
    /// Reads an object in the blocks in which it comes; an empty one in none. One that is cut off
    /// is gone on with behind what came, so long as it is still the same object.
    package func stream(
        _ key: String,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(StoreError) {
        var flow = Flow()
        while true {
            let before = flow.count
            do throws(StoreError) {
                return try client.patience.retry { () throws(StoreError) in
                    unsafe try goOn(key, &flow, body)
                }
            } catch {
                // Whoever reads slowly may need more time than one answer is given.
                guard case .busy = error, flow.count > before, !client.patience.isStopping else {
                    throw error
                }
            }
        }
    }

    /// How far an object was streamed.
    private struct Flow {
        /// Bytes that were handed on.
        var count: UInt64 = 0
        /// What the service calls the object that they are of; nil before the first of them.
        var mark: String?
        /// Whether the service began anew where it was to go on.
        var isWrong = false
    }

    private func goOn(
        _ key: String,
        _ flow: inout Flow,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(StoreError) {
        let start = flow.count
        var headers: [HTTPHeader] = []
        if start > 0 {
            // Another object under this name must not be taken for the rest of this one.
            headers =
                [HTTPHeader("range", "bytes=\(start)-")]
                + (flow.mark.map { [HTTPHeader("if-match", $0)] } ?? [])
        }
        let request = S3Request("reading", "GET", key, headers: headers)
        let answer: HTTPResponse
        do throws(StoreError) {
            answer = try client.exchange(request) { head, piece in
                flow.isWrong = start > 0 && head.status != 206
                guard !flow.isWrong else {
                    return false
                }
                flow.mark = flow.mark ?? head.header("etag")
                flow.count += UInt64(piece.count)
                unsafe piece.withUnsafeBytes { unsafe body($0) }
                return true
            }
        } catch {
            throw flow.isWrong
                ? client.strange("it does not go on where it was cut off", request) : error
        }
        if start > 0, S3Failure(answer).isOther, !answer.isGood {
            throw client.strange("the object changed, or ended, while it was read", request)
        }
        try client.check(answer, to: request)
        try checkLength(of: answer, flow.count - start, request)
    }
}

extension S3Failure {
    /// Whether what was asked for is not what it was a moment ago.
    fileprivate var isOther: Bool { kind == .exists || kind == .tooShort || kind == .missing }
}
