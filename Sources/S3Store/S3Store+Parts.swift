import HTTP
import Model
import ObjectStore
import Primitives

extension S3Store {
    /// Sends an object in parts (S3's multipart upload).
    ///
    /// - Parameters:
    ///   - bytes: the object.
    ///   - key: its key.
    ///   - lock: its lock; nil for none.
    /// - Throws: ``StoreError/exists(key:place:)`` if anything is there already.
    func putInParts(
        _ bytes: [UInt8],
        at key: String,
        _ lock: ObjectLock?
    ) throws(StoreError) {
        // Whether it is there already is judged only once all is sent.
        guard try size(of: key) == nil else {
            throw .exists(key: key, place: place)
        }
        let (upload, isLocked) = try begin(key, lock)
        let version: String?
        do throws(StoreError) {
            version = try send(bytes, to: upload).version
        } catch {
            // Completed once and asked again, for the answer was lost: there is no such upload.
            guard case .missing = error, try size(of: key) == UInt64(bytes.count) else {
                abandon(upload)
                throw error
            }
            version = nil
        }
        guard let lock, isLocked else {
            return
        }
        // Ceph's radosgw 16 takes no notice of the lock with which it was begun.
        do throws(StoreError) {
            try extendLock(of: key, version: version, to: lock)
        } catch {
            // That it is not locked is told by whoever reads its lock back.
            guard case .failed = error else {
                throw error
            }
        }
    }

    private struct Upload {
        let key: String
        let id: String
    }

    /// - Returns: the upload, and whether the bucket took its lock.
    private func begin(
        _ key: String,
        _ lock: ObjectLock?
    ) throws(StoreError) -> (Upload, isLocked: Bool) {
        let request = S3Request(
            "writing",
            "POST",
            key,
            query: [("uploads", "")],
            headers: lock?.headers ?? []
        )
        let answer = try client.exchange(request)
        guard lock == nil || !S3Failure.refusesLock(answer) else {
            return (try begin(key, nil).0, false)
        }
        try client.check(answer, to: request)
        let begun = try client.document("InitiateMultipartUploadResult", in: answer, to: request)
        guard let id = begun["UploadId"], !id.isEmpty else {
            throw client.strange("it begins an upload without an id", request)
        }
        return (Upload(key: key, id: id), lock != nil)
    }

    private func send(_ bytes: [UInt8], to upload: Upload) throws(StoreError) -> HTTPResponse {
        var parts: [String] = []
        for start in stride(from: 0, to: bytes.count, by: partBytes) {
            let part = Array(bytes[start..<min(start + partBytes, bytes.count)])
            let number = parts.count + 1
            let tag = try send(part, number, to: upload)
            parts.append(
                S3Document.element(
                    "Part",
                    holding: S3Document.element("PartNumber", "\(number)"),
                    S3Document.element("ETag", tag)
                )
            )
        }
        let request = S3Request(
            "writing",
            "POST",
            upload.key,
            query: [("uploadId", upload.id)],
            headers: [HTTPHeader("if-none-match", "*")],
            body: S3Document.bytes("CompleteMultipartUpload", parts.joined())
        )
        let answer = try client.answer(to: request)
        // That it failed may come after a head that says that it is being done.
        _ = try client.document("CompleteMultipartUploadResult", in: answer, to: request)
        return answer
    }

    /// - Returns: the service's mark of the part.
    private func send(
        _ part: [UInt8],
        _ number: Int,
        to upload: Upload
    ) throws(StoreError) -> String {
        let md5 = MD5.hash(part)
        let request = S3Request(
            "writing",
            "PUT",
            upload.key,
            query: [("partNumber", "\(number)"), ("uploadId", upload.id)],
            body: part
        )
        let answer = try client.answer(to: request.with(md5: md5))
        try checkStored(answer, md5, request)
        guard let tag = answer.header("etag"), !tag.isEmpty else {
            throw client.strange("it takes a part without a mark", request)
        }
        return tag
    }

    /// Lets the service forget the parts of an upload that was not completed, which are no object.
    private func abandon(_ upload: Upload) {
        let request = S3Request(
            "writing",
            "DELETE",
            upload.key,
            query: [("uploadId", upload.id)]
        )
        // Why the upload failed is what is told; parts that stay only cost room.
        _ = try? client.exchange(request)
    }
}
