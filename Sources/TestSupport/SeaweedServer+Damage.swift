import FileSystem
import Glibc
import HTTP

/// What the people who run a SeaweedFS, or its disks, can do behind the back of S3.
extension SeaweedServer {
    /// The longest file of a volume, which has 64 MB.
    private static let volumeBytesMax = 128 << 20

    /// Removes every version of an object by SeaweedFS's own store of files, which asks nobody who
    /// he is and knows of no locks.
    ///
    /// - Parameters:
    ///   - key: of the object, with the store's prefix; nothing in it needs to be encoded.
    ///   - bucket: where it lies.
    ///   - server: one of ``run(_:)``.
    /// - Throws: ``ToolFailure`` if it is refused; `HTTPError`.
    package static func removeVersions(
        of key: String,
        in bucket: String,
        of server: S3Server
    ) throws {
        guard let port = server.filer else {
            throw ToolFailure(description: "the server is no SeaweedFS")
        }
        let client = try HTTPClient(
            .tcp(.http, host: "127.0.0.1", port: port),
            HTTPLimits(connect: .seconds(5), total: .seconds(60), bytesMax: 1 << 20)
        )
        let target = "/buckets/\(bucket)/\(key).versions?recursive=true"
        let answer = try client.send(HTTPRequest("DELETE", target))
        guard answer.status == 204 else {
            throw ToolFailure(description: "DELETE \(target): \(answer.status)")
        }
    }

    /// Flips one bit of an object on the disk, as a disk does.
    ///
    /// - Parameters:
    ///   - run: some bytes of the object that stand nowhere else and that cannot be compressed; the
    ///     first of them is changed.
    ///   - bucket: where the object lies.
    ///   - server: one of ``run(_:)``.
    /// - Throws: ``ToolFailure`` if they do not stand in one place; `FileSystemError`.
    package static func flipBit(
        in run: [UInt8],
        of bucket: String,
        on server: S3Server
    ) throws {
        let data = server.folder + "/data"
        var places: [(path: String, offset: Int)] = []
        for entry in try FileHandle.open(data, O_RDONLY | O_DIRECTORY).names() {
            let name = String(decoding: entry, as: UTF8.self)
            guard name.hasPrefix("\(bucket)_"), name.hasSuffix(".dat") else {
                continue
            }
            let path = "\(data)/\(name)"
            let bytes = try FileHandle.open(path, O_RDONLY).readAll(bytesMax: volumeBytesMax)
            places += bytes.ranges(of: run).map { (path: path, offset: $0.lowerBound) }
        }
        guard let place = places.first, places.count == 1, let byte = run.first else {
            throw ToolFailure(description: "the bytes stand in \(places.count) places")
        }
        try FileHandle.open(place.path, O_RDWR).write([byte ^ 1][...], at: Int64(place.offset))
    }
}
