import Model

extension DatabasePart {
    /// Reads the newest value of a column, to the second.
    ///
    /// - Parameters:
    ///   - text: as PostgreSQL spells it: a moment in ISO in UTC, or text of 8 or 14 digits.
    ///   - type: the column's, as PostgreSQL calls it.
    ///   - cut: of the snapshot.
    ///   - localOffset: seconds by which the hospital's clock is ahead of UTC, for text. A day
    ///     alone is its beginning: the measured recovery point is too large then, never too small.
    /// - Returns: nil for what names no moment, for a type that leaves the zone open, and for what
    ///   was later than the backup: rows that are made for tomorrow tell nothing of what was lost.
    static func moment(
        _ text: String,
        _ type: String,
        until cut: Timestamp,
        localOffset: Int64
    ) -> Timestamp? {
        guard let moment = moment(text, type, localOffset: localOffset),
            moment.since(cut) <= .seconds(Limits.clinicalSkewSeconds)
        else {
            return nil
        }
        return moment
    }

    private static func moment(
        _ text: String,
        _ type: String,
        localOffset: Int64
    ) -> Timestamp? {
        switch type {
        case "timestamp with time zone":
            guard text.hasSuffix("+00"), text.utf8.count >= 22 else {
                return nil
            }
            let seconds = text.prefix(19)
            return Timestamp(rfc3339: "\(seconds.prefix(10))T\(seconds.suffix(8))Z")
        case "text", "character varying", "character":
            return local(text).map { Timestamp(seconds: $0.seconds - localOffset) }
        default:
            return nil
        }
    }

    /// `20260615` and `20260615093247`, as if they were in UTC.
    private static func local(_ text: String) -> Timestamp? {
        guard text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
            return nil
        }
        let digits = text.utf8.count == 8 ? text + "000000" : text
        guard digits.utf8.count == 14 else {
            return nil
        }
        var rest = digits[...]
        func take(_ count: Int) -> Substring {
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }
        return Timestamp(
            rfc3339: "\(take(4))-\(take(2))-\(take(2))T\(take(2)):\(take(2)):\(take(2))Z"
        )
    }
}
