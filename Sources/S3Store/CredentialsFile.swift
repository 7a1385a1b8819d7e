/// Where the values of one profile lie in a credentials file: lines `name = value` under
/// `[profile]`, as AWS's own tools write them.
/// - SeeAlso: AWS SDKs and Tools Reference Guide, "Format of the configuration and credential
///   files".
struct CredentialsFile {
    /// What stands before the access key's id.
    static let accessKeyIDName = "aws_access_key_id"
    /// What stands before the secret.
    static let secretName = "aws_secret_access_key"
    private static let tokenName = "aws_session_token"

    /// Whether the profile is there.
    private(set) var hasProfile = false
    /// Where the access key's id lies.
    private(set) var accessKeyID: Range<Int>?
    /// Where the secret lies.
    private(set) var secret: Range<Int>?
    /// Where the session token lies.
    private(set) var token: Range<Int>?

    /// Looks for the values of `profile`; of a name that stands there twice, the last counts.
    init(_ text: Span<UInt8>, profile: String) {
        var isInside = false
        var start = 0
        while start < text.count {
            var end = start
            while end < text.count, text[end] != UInt8(ascii: "\n") {
                end += 1
            }
            let line = CredentialsFile.trimmed(start..<end, of: text)
            start = end + 1
            guard !line.isEmpty else {
                continue
            }
            if text[line.lowerBound] == UInt8(ascii: "[") {
                isInside = CredentialsFile.spells("[\(profile)]", line, of: text)
                hasProfile = hasProfile || isInside
            } else if isInside {
                take(line, of: text)
            }
        }
    }

    private mutating func take(_ line: Range<Int>, of text: Span<UInt8>) {
        var equals = line.lowerBound
        while equals < line.upperBound, text[equals] != UInt8(ascii: "=") {
            equals += 1
        }
        guard equals < line.upperBound else {
            return
        }
        let name = CredentialsFile.trimmed(line.lowerBound..<equals, of: text)
        let value = CredentialsFile.trimmed(equals + 1..<line.upperBound, of: text)
        guard !value.isEmpty else {
            return
        }
        if CredentialsFile.spells(Self.accessKeyIDName, name, of: text) {
            accessKeyID = value
        } else if CredentialsFile.spells(Self.secretName, name, of: text) {
            secret = value
        } else if CredentialsFile.spells(Self.tokenName, name, of: text) {
            token = value
        }
    }

    /// A range without the white space at its ends.
    private static func trimmed(_ range: Range<Int>, of text: Span<UInt8>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, isSpace(text[start]) {
            start += 1
        }
        while end > start, isSpace(text[end - 1]) {
            end -= 1
        }
        return start..<end
    }

    private static func spells(_ word: String, _ range: Range<Int>, of text: Span<UInt8>) -> Bool {
        guard word.utf8.count == range.count else {
            return false
        }
        for (offset, byte) in word.utf8.enumerated()
        where text[range.lowerBound + offset] != byte {
            return false
        }
        return true
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
}
