import HTTP
package import ObjectStore

extension S3Store {
    /// Reads an object whole, the newest version where there are several.
    package func get(_ key: String, bytesMax: Int) throws(StoreError) -> [UInt8] {
        try get(patiently: S3Request("reading", "GET", key), bytesMax: bytesMax)
    }

    /// Reads one version of an object whole; a delete marker is nothing that can be read.
    package func get(_ version: StoredVersion, bytesMax: Int) throws(StoreError) -> [UInt8] {
        guard !version.isDeleteMarker else {
            throw .missing(key: version.key, place: place)
        }
        let query = [("versionId", version.version)]
        return try get(
            patiently: S3Request("reading", "GET", version.key, query: query),
            bytesMax: bytesMax
        )
    }

    private func get(
        patiently request: S3Request,
        bytesMax: Int
    ) throws(StoreError) -> [UInt8] {
        try client.patience.retry { () throws(StoreError) in
            try get(request, bytesMax: bytesMax)
        }
    }

    private func get(_ request: S3Request, bytesMax: Int) throws(StoreError) -> [UInt8] {
        var body = ReceivedBody(bytesMax: bytesMax)
        let answer: HTTPResponse
        do throws(StoreError) {
            answer = try client.exchange(request) { body.take($0, $1) }
        } catch {
            guard let bytes = body.excess else {
                throw error
            }
            throw .tooLarge(key: request.subject, place: place, bytes: bytes)
        }
        try client.check(answer, to: request)
        try checkLength(of: answer, UInt64(body.bytes.count), request)
        return body.bytes
    }

    /// Reads a part of an object.
    package func get(_ key: String, range: Range<Int>) throws(StoreError) -> [UInt8] {
        guard !range.isEmpty else {
            // S3 gives no part without bytes.
            return try getNothing(of: key, at: range.lowerBound)
        }
        let part = "\(range.lowerBound)-\(range.upperBound - 1)"
        let request = S3Request(
            "reading",
            "GET",
            key,
            headers: [HTTPHeader("range", "bytes=\(part)")]
        )
        return try client.patience.retry { () throws(StoreError) in
            try get(request, range)
        }
    }

    private func get(
        _ request: S3Request,
        _ range: Range<Int>
    ) throws(StoreError) -> [UInt8] {
        var body = ReceivedBody(bytesMax: range.count)
        let answer: HTTPResponse
        do throws(StoreError) {
            answer = try client.exchange(request) { body.take($0, $1) }
        } catch {
            guard body.excess == nil else {
                throw client.strange("it gives more than was asked for", request)
            }
            throw error
        }
        try client.check(answer, to: request)
        guard answer.status == 206,
            answer.header("content-range")?.hasPrefix("bytes \(range.lowerBound)-") == true
        else {
            throw client.strange("it gives another part than was asked for", request)
        }
        guard body.bytes.count == range.count else {
            throw .truncated(key: request.subject, place: place)
        }
        return body.bytes
    }

    private func getNothing(of key: String, at offset: Int) throws(StoreError) -> [UInt8] {
        guard let size = try size(of: key) else {
            throw .missing(key: key, place: place)
        }
        guard UInt64(clamping: offset) <= size else {
            throw .truncated(key: key, place: place)
        }
        return []
    }

    /// The size of an object; nil if there is none in a bucket that is there.
    package func size(of key: String) throws(StoreError) -> UInt64? {
        let request = S3Request("looking at", "HEAD", key)
        let answer = try client.exchange(request)
        if answer.status == 404 {
            try checkBucket()
            return nil
        }
        try client.check(answer, to: request)
        guard let size = answer.contentLength else {
            throw client.strange("it tells no size", request)
        }
        return size
    }

    /// Asks whether there is a bucket: an answer to HEAD does not tell what it is that is not
    /// there.
    private func checkBucket() throws(StoreError) {
        let request = S3Request("looking at", "HEAD", nil)
        let answer = try client.exchange(request)
        guard answer.status != 404 else {
            throw client.error(S3Failure(status: 404, code: "NoSuchBucket"), request)
        }
    }

    /// Compares what came with what the head told. Where the end of a body is that of the
    /// connection, nothing would show that it was cut.
    func checkLength(
        of answer: HTTPResponse,
        _ count: UInt64,
        _ request: S3Request
    ) throws(StoreError) {
        guard answer.contentLength != nil || answer.header("transfer-encoding") != nil else {
            throw client.strange("it tells no length", request)
        }
        guard answer.contentLength ?? count == count else {
            throw client.busy("the answer was cut off", request)
        }
    }
}
