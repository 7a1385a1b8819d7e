import Format
import Model

/// What is wrong with a file, or with a piece of a list, of a snapshot that was opened.
enum ListFault: Error {
    /// No index of the snapshot knows a chunk, as what it is asked for.
    case unknown
    /// A chunk that lies in this pack did not open.
    case damaged(ObjectName)
    /// The pack of a chunk could not be read.
    case missing(ObjectName)
    /// A rule of FORMAT.md is broken.
    case invalid(String)
    /// The pieces of a file do not give its digest.
    case digest

    var code: FindingCode {
        switch self {
        case .unknown, .missing: .chunkMissing
        case .damaged: .chunkDamaged
        case .invalid: .fileListInvalid
        case .digest: .fileDigestDiffers
        }
    }

    var evidence: [String: String] {
        switch self {
        case .unknown: ["pack": "none"]
        case .damaged(let pack), .missing(let pack): ["pack": StoreKey.pack(pack)]
        case .invalid(let reason): ["reason": reason]
        case .digest: [:]
        }
    }

    /// Whether it shows that someone wrote what is false. Of a chunk that did not open, its pack
    /// must tell.
    var showsFalsity: Bool {
        switch self {
        case .unknown, .invalid, .digest: true
        case .damaged, .missing: false
        }
    }
}
