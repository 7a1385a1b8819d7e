extension Timestamp {
    /// Reads RFC 3339 to the second as people write it, in UTC or with an offset, as
    /// `2026-11-23T09:00:00+09:00`; nil for any other spelling.
    package init?(rfc3339WithOffset text: String) {
        if let utc = Timestamp(rfc3339: text) {
            self = utc
            return
        }
        let bytes = Array(text.utf8)
        guard bytes.count == 25, bytes[22] == UInt8(ascii: ":"),
            let local = Timestamp(rfc3339: String(decoding: bytes[..<19], as: UTF8.self) + "Z"),
            let hours = Timestamp.twoDigits(bytes[20..<22], below: 24),
            let minutes = Timestamp.twoDigits(bytes[23..<25], below: 60)
        else {
            return nil
        }
        let offset = hours * 3_600 + minutes * 60
        switch bytes[19] {
        case UInt8(ascii: "+"): self = Timestamp(seconds: local.seconds - offset)
        case UInt8(ascii: "-"): self = Timestamp(seconds: local.seconds + offset)
        default: return nil
        }
    }

    private static func twoDigits(_ bytes: ArraySlice<UInt8>, below max: Int64) -> Int64? {
        var value: Int64 = 0
        for byte in bytes {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
                return nil
            }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        return value < max ? value : nil
    }
}
