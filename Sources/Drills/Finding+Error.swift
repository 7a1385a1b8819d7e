import FileSystem
import Model

extension Finding {
    /// Tells of an error: its kind as evidence, its words as detail, for they may name a restored
    /// file.
    ///
    /// - Parameters:
    ///   - code: what it means for the drill.
    ///   - subject: what it kept from being looked at.
    ///   - error: what was thrown.
    ///   - evidence: what else is known.
    init(
        _ code: FindingCode,
        _ subject: Subject,
        error: any Error,
        evidence: [String: String] = [:]
    ) {
        let file = error as? FileSystemError
        let kind = file.map { "\($0.operation) \($0.code)" } ?? "\(type(of: error))"
        self.init(
            code,
            subject,
            evidence: evidence.merging(["error": kind]) { first, _ in first },
            detail: error.words
        )
    }
}
