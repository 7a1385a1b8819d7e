import FileSystem
import FoundationEssentials
import HTTP

/// Asks one running Orthanc; for one thread.
/// - SeeAlso: Orthanc Book, "REST API".
package final class OrthancClient {
    /// What the server says that it holds: `/statistics`.
    package struct Statistics: Decodable, Hashable, Sendable {
        /// Distinct patients.
        package let patients: Int
        /// Distinct studies.
        package let studies: Int
        /// Distinct series.
        package let series: Int
        /// Stored instances.
        package let instances: Int
        /// Whether the storage is compressed, in part at least: its files are then no images.
        package let isCompressed: Bool

        private enum CodingKeys: String, CodingKey {
            case patients = "CountPatients"
            case studies = "CountStudies"
            case series = "CountSeries"
            case instances = "CountInstances"
            case bytes = "TotalDiskSize"
            case bytesUncompressed = "TotalUncompressedSize"
        }

        /// Reads what the server answers.
        package init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            patients = try values.decode(Int.self, forKey: .patients)
            studies = try values.decode(Int.self, forKey: .studies)
            series = try values.decode(Int.self, forKey: .series)
            instances = try values.decode(Int.self, forKey: .instances)
            // Numbers as text; a server that tells neither is taken at its images' word.
            let bytes = try? values.decode(String.self, forKey: .bytes)
            isCompressed = bytes != (try? values.decode(String.self, forKey: .bytesUncompressed))
        }

        /// How many resources a level has.
        func count(of level: Level) -> Int {
            switch level {
            case .patients: patients
            case .studies: studies
            case .series: series
            case .instances: instances
            }
        }
    }

    /// The levels of the server's resources, from above.
    package enum Level: String, Hashable, Sendable, CaseIterable {
        case patients
        case studies
        case series
        case instances
    }

    /// What became of reading an attachment anew.
    package enum Checked: Hashable, Sendable {
        /// Its bytes have the MD5 that the index holds.
        case whole
        /// They have another, or are not there.
        case damaged
        /// The index holds no MD5 of it.
        case withoutSum
    }

    /// How many resources are listed at a time.
    private static let pageSize = 1_000
    /// A page of the largest listing has 45 KB; statistics have 300 bytes.
    private static let answerBytesMax = 4 << 20

    private let http: HTTPClient
    /// Asks only whether the server answers, which is to be known soon.
    private let door: HTTPClient

    /// Keeps the socket that is connected to.
    private let socket: FileHandle

    /// Asks at a socket that was opened, whatever lies at its path by now.
    init(
        _ socket: consuming FileHandle,
        isStopping: @escaping @Sendable () -> Bool
    ) throws(OrthancError) {
        // proc(5): the link leads to the very file that is open.
        let path = "/proc/self/fd/\(socket.descriptor)"
        self.socket = socket
        http = try OrthancClient.client(path, total: .seconds(3_600), isStopping)
        door = try OrthancClient.client(path, total: .seconds(10), isStopping)
    }

    private static func client(
        _ socket: String,
        total: Duration,
        _ isStopping: @escaping @Sendable () -> Bool
    ) throws(OrthancError) -> HTTPClient {
        let limits = HTTPLimits(connect: .seconds(5), total: total, bytesMax: answerBytesMax)
        do throws(HTTPError) {
            return try HTTPClient(.unixSocket(socket), limits, isStopping: isStopping)
        } catch {
            throw .request(error)
        }
    }

    /// Whether it answers at all.
    var isReady: Bool {
        (try? door.send(HTTPRequest("GET", "/system")))?.status == 200
    }

    /// What the server says that it holds.
    ///
    /// - Throws: ``OrthancError``.
    package func statistics() throws(OrthancError) -> Statistics {
        try decoded("/statistics")
    }

    /// Visits the ids of a level's resources.
    ///
    /// - Parameters:
    ///   - level: which.
    ///   - max: how many there are at most: a hostile server's list need not end.
    ///   - body: gets each id once.
    /// - Returns: how many there were.
    /// - Throws: ``OrthancError``; what `body` throws.
    package func forEach(
        _ level: Level,
        atMost max: Int,
        _ body: (String) throws -> Void
    ) throws -> Int {
        var since = 0
        while true {
            let page = try names("/\(level.rawValue)?since=\(since)&limit=\(Self.pageSize)")
            guard page.count <= max - since else {
                throw OrthancError.strangeAnswer("/\(level.rawValue)")
            }
            try page.forEach(body)
            since += page.count
            guard page.count == Self.pageSize else {
                return since
            }
        }
    }

    /// The names of a resource's attachments, as `dicom`.
    ///
    /// - Throws: ``OrthancError``.
    package func attachments(_ level: Level, _ id: String) throws(OrthancError) -> [String] {
        try names("/\(level.rawValue)/\(id)/attachments")
    }

    /// Lets the server read an attachment and compare it with the MD5 of its index.
    ///
    /// - Parameters:
    ///   - level: of the resource.
    ///   - id: the resource's.
    ///   - name: one of ``attachments(_:_:)``.
    /// - Returns: what it says.
    /// - Throws: ``OrthancError`` if it does not answer.
    package func check(
        _ level: Level,
        _ id: String,
        _ name: String
    ) throws(OrthancError) -> Checked {
        let place = "/\(level.rawValue)/\(id)/attachments/\(name)"
        // Once more where it says no: a server that was short of something says so too.
        for _ in 0..<2 where try send("POST", "\(place)/verify-md5").status == 200 {
            return .whole
        }
        // Where the index has no sum it cannot be verified, which the server says with an error.
        let sum = try send("GET", "\(place)/md5")
        return sum.status == 200 && !sum.body.isEmpty ? .damaged : .withoutSum
    }

    // MARK: - Asking

    private func send(
        _ method: String,
        _ target: String
    ) throws(OrthancError) -> HTTPResponse {
        do throws(HTTPError) {
            return try http.send(HTTPRequest(method, target))
        } catch {
            throw .request(error)
        }
    }

    /// A list of ids or of attachments' names. They become parts of what is asked next, so nothing
    /// is taken that would ask for something else.
    private func names(_ target: String) throws(OrthancError) -> [String] {
        let names: [String] = try decoded(target)
        let arePlain = names.allSatisfy { name in
            !name.isEmpty && name.utf8.allSatisfy { Self.plain.contains($0) }
        }
        guard arePlain else {
            throw .strangeAnswer("a list of names")
        }
        return names
    }

    private static let plain = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_".utf8
    )

    private func decoded<T: Decodable>(_ target: String) throws(OrthancError) -> T {
        let answer = try send("GET", target)
        let what = String(target.prefix { $0 != "?" })
        guard answer.status == 200 else {
            throw .strangeAnswer("\(what) (\(answer.status))")
        }
        do {
            return try JSONDecoder().decode(T.self, from: Data(answer.body))
        } catch {
            throw .strangeAnswer(what)
        }
    }
}
