import Clinical
import Model

/// Files of FHIR as tests want them, of invented people.
enum FHIRSample {
    /// Japan's.
    static let localOffset: Int64 = 9 * 3_600

    /// What the reader makes of a file.
    static func facts(_ text: String, at path: String = "Patient.ndjson") throws -> FileFacts {
        try facts(of: Array(text.utf8), at: path)
    }

    /// What the reader makes of a file's bytes.
    static func facts(
        of bytes: [UInt8],
        at path: String = "Patient.ndjson"
    ) throws -> FileFacts {
        try FHIRReader(localOffset: localOffset)
            .facts(of: Array(path.utf8), ContentReader(bytes))
    }

    /// The rules that a store of some files breaks, with how often.
    static func broken(_ files: [String: String]) throws -> [String: UInt64] {
        try profile(files.mapValues { Array($0.utf8) }).broken.mapValues(\.count)
    }

    /// The profile of a store of some files.
    static func profile(_ files: [String: [UInt8]]) throws -> StoreProfile {
        var profiler = StoreProfiler(.fhir, cut: Timestamp(seconds: 1_900_000_000))
        for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
            profiler.add(
                try facts(of: bytes, at: path),
                path: Array(path.utf8),
                bytes: UInt64(bytes.count)
            )
        }
        return profiler.finish()
    }

    /// A resource: its type, its id and more members.
    static func resource(_ type: String, _ id: String, _ members: String = "") -> String {
        #"{"resourceType":"\#(type)","id":"\#(id)""# + (members.isEmpty ? "" : ",\(members)") + "}"
    }

    /// A bundle of entries.
    static func bundle(_ type: String, _ entries: [String], _ members: String = "") -> String {
        let list = entries.joined(separator: ",")
        return #"{"resourceType":"Bundle","type":"\#(type)","#
            + (members.isEmpty ? "" : "\(members),") + #""entry":[\#(list)]}"#
    }

    /// An entry of a patient, as searches have it.
    static func entry(_ id: String, _ members: String = "") -> String {
        #"{"fullUrl":"https://fhir.example/Patient/\#(id)","#
            + (members.isEmpty ? "" : "\(members),") + #""resource":\#(resource("Patient", id))}"#
    }

    /// An entry that a server shall carry out.
    static func order(_ id: String) -> String {
        #"{"fullUrl":"urn:uuid:\#(id)","resource":\#(resource("Patient", id)),"#
            + #""request":{"method":"POST","url":"Patient"}}"#
    }
}
