import Model

extension Timestamp {
    /// Reads a moment as S3 services write it: ISO 8601 in UTC, with or without a fraction of a
    /// second, as `2026-01-02T03:04:05.678Z`; nil for any other spelling.
    init?(s3 text: String) {
        let bytes = Array(text.utf8)
        let isDigit = { (byte: UInt8) in (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
        var rest = bytes.dropFirst(19)
        var fraction: [UInt8] = []
        if rest.first == UInt8(ascii: ".") {
            fraction = Array(rest.dropFirst().prefix(while: isDigit))
            rest = rest.dropFirst(1 + fraction.count)
            guard !fraction.isEmpty else {
                return nil
            }
        }
        let zone = String(decoding: rest, as: UTF8.self)
        guard zone == "Z" || zone == "+00:00",
            let whole = Timestamp(rfc3339: String(decoding: bytes.prefix(19), as: UTF8.self) + "Z")
        else {
            return nil
        }
        var nanoseconds: UInt32 = 0
        for place in 0..<9 {
            let digit = place < fraction.count ? fraction[place] - UInt8(ascii: "0") : 0
            nanoseconds = nanoseconds * 10 + UInt32(digit)
        }
        self.init(seconds: whole.seconds, nanoseconds: nanoseconds)
    }
}
