import HTTP
import Model
package import ObjectStore

extension S3Store {
    /// A hundred million objects; a service that goes on giving pages is broken.
    private static let pagesMax = 100_000

    /// Lists what lies beneath the store's prefix.
    package func list(prefix: String) throws(StoreError) -> [StoredObject] {
        var objects: [StoredObject] = []
        var token: String?
        for _ in 0..<S3Store.pagesMax {
            var query = [
                ("encoding-type", "url"), ("list-type", "2"),
                ("prefix", client.location.prefix + prefix),
            ]
            if let token {
                query.append(("continuation-token", token))
            }
            let request = S3Request("listing", "GET", nil, query: query)
            let page = try client.document("ListBucketResult", from: request)
            for entry in page.all("Contents") {
                objects.append(try object(entry, of: page, prefix, request))
            }
            guard page["IsTruncated"] == "true" else {
                return objects
            }
            guard let next = page["NextContinuationToken"], !next.isEmpty, next != token else {
                throw client.strange("its list breaks off", request)
            }
            token = next
        }
        throw endless
    }

    private func object(
        _ entry: S3Element,
        of page: S3Element,
        _ prefix: String,
        _ request: S3Request
    ) throws(StoreError) -> StoredObject {
        let key = try key(of: entry, in: page, prefix, request)
        guard let size = entry["Size"].flatMap({ UInt64($0) }) else {
            throw client.strange("its list tells no size of \(key)", request)
        }
        let tag: String = (entry["ETag"] ?? "").filter { $0 != "\"" }
        let mark = "\(tag)-\(entry["LastModified"] ?? "")"
        let isWord = !tag.isEmpty && !mark.contains { $0.isWhitespace }
        return StoredObject(key: key, size: size, mark: isWord ? mark : nil)
    }

    /// The key of an entry, without the store's prefix.
    private func key(
        of entry: S3Element,
        in page: S3Element,
        _ prefix: String,
        _ request: S3Request
    ) throws(StoreError) -> String {
        let whole = client.location.prefix
        guard let key = entry["Key"].flatMap({ decoded($0, in: page) }),
            key.utf8.starts(with: (whole + prefix).utf8)
        else {
            throw client.strange("its list holds what was not asked for", request)
        }
        return String(decoding: key.utf8.dropFirst(whole.utf8.count), as: UTF8.self)
    }

    /// A key as it is: services encode it where they say so.
    private func decoded(_ text: String, in page: S3Element) -> String? {
        page["EncodingType"] == "url" ? PercentEncoding.decode(text) : text
    }

    private var endless: StoreError {
        client.strange("its list has no end", S3Request("listing", "GET", nil))
    }

    // MARK: - Versions

    /// Lists every version beneath the store's prefix.
    package func versions(prefix: String) throws(StoreError) -> [StoredVersion] {
        var listed: [Listed] = []
        var marker: [(String, String)] = []
        for _ in 0..<S3Store.pagesMax {
            let query = [
                ("encoding-type", "url"), ("prefix", client.location.prefix + prefix),
                ("versions", ""),
            ]
            let request = S3Request("listing versions of", "GET", nil, query: query + marker)
            let page = try client.document("ListVersionsResult", from: request)
            for entry in page.children where ["Version", "DeleteMarker"].contains(entry.name) {
                listed.append(try version(entry, of: page, prefix, request))
            }
            guard page["IsTruncated"] == "true" else {
                return S3Store.ordered(listed)
            }
            let next = self.marker(behind: page)
            guard !next.isEmpty, !next.elementsEqual(marker, by: { $0 == $1 }) else {
                throw client.strange("its list of versions breaks off", request)
            }
            marker = next
        }
        throw endless
    }

    /// Where the next page begins; empty if the service does not tell.
    private func marker(behind page: S3Element) -> [(String, String)] {
        guard let key = page["NextKeyMarker"].flatMap({ decoded($0, in: page) }), !key.isEmpty
        else {
            return []
        }
        guard let version = page["NextVersionIdMarker"], !version.isEmpty else {
            return [("key-marker", key)]
        }
        return [("key-marker", key), ("version-id-marker", version)]
    }

    private func version(
        _ entry: S3Element,
        of page: S3Element,
        _ prefix: String,
        _ request: S3Request
    ) throws(StoreError) -> Listed {
        let key = try key(of: entry, in: page, prefix, request)
        let isDeleteMarker = entry.name == "DeleteMarker"
        let size = isDeleteMarker ? 0 : entry["Size"].flatMap { UInt64($0) }
        guard let size, let version = entry["VersionId"], !version.isEmpty,
            let modified = entry["LastModified"].flatMap({ Timestamp(s3: $0) })
        else {
            throw client.strange("its list does not tell enough of \(key)", request)
        }
        let stored = StoredVersion(
            key: key,
            version: version,
            size: size,
            isNewest: entry["IsLatest"] == "true",
            isDeleteMarker: isDeleteMarker
        )
        return Listed(version: stored, modified: modified)
    }

    /// A version, and when it came to be.
    private struct Listed {
        let version: StoredVersion
        let modified: Timestamp
    }

    /// By key, the newest first. Some services list delete markers apart from versions; of those of
    /// one moment the order of the list holds.
    private static func ordered(_ listed: [Listed]) -> [StoredVersion] {
        let order = listed.indices.sorted { first, second in
            let (one, other) = (listed[first], listed[second])
            if one.version.key != other.version.key {
                return one.version.key < other.version.key
            }
            if one.version.isNewest != other.version.isNewest {
                return one.version.isNewest
            }
            return one.modified == other.modified
                ? first < second : one.modified > other.modified
        }
        return order.map { listed[$0].version }
    }
}
