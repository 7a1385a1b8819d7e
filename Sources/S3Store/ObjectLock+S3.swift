import HTTP
import Model

extension ObjectLock {
    /// What an answer of ``headers`` or of `GetObjectRetention` tells.
    ///
    /// - Parameters:
    ///   - mode: as `COMPLIANCE`.
    ///   - until: as ``Timestamp/init(s3:)`` reads it.
    init?(mode: String, until: String) {
        guard let mode = Mode(rawValue: mode.lowercased()), let until = Timestamp(s3: until) else {
            return nil
        }
        self.init(mode: mode, until: until)
    }

    /// The name of the header that tells how strong a lock is.
    static let modeHeader = "x-amz-object-lock-mode"
    /// The name of the header that tells until when.
    static let untilHeader = "x-amz-object-lock-retain-until-date"

    /// What lets an object be locked when it is stored.
    var headers: [HTTPHeader] {
        [
            HTTPHeader(ObjectLock.modeHeader, mode.rawValue.uppercased()),
            HTTPHeader(ObjectLock.untilHeader, until.rfc3339),
        ]
    }

    /// The document that locks an object that is stored.
    var document: [UInt8] {
        S3Document.bytes(
            "Retention",
            S3Document.element("Mode", mode.rawValue.uppercased()),
            S3Document.element("RetainUntilDate", until.rfc3339)
        )
    }
}
