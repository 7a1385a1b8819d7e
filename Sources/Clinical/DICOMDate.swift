import Model

/// Dates and times as DICOM writes them (PS3.5 §6.2).
enum DICOMDate {
    /// Reads a DA: `20260118`, or `2026.01.18` as before 1993.
    ///
    /// - Parameter text: without padding.
    /// - Returns: nil for anything else, and for dates that are not in the calendar.
    static func day(_ text: ArraySlice<UInt8>) -> CivilDate? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let digits = ArraySlice(parts.joined())
        let isOld = parts.map(\.count) == [4, 2, 2]
        guard digits.count == 8, parts.count == 1 || isOld, let number = digits.dicomDecimal else {
            return nil
        }
        return CivilDate(
            year: Int64(number / 10_000),
            month: Int64(number / 100 % 100),
            day: Int64(number % 100)
        )
    }

    /// Reads a TM: `HH`, `HHMM`, `HHMMSS` or `HHMMSS.FFFFFF`, or with colons as before 1993.
    ///
    /// - Parameter text: without padding.
    /// - Returns: seconds since midnight; nil for anything else.
    static func seconds(_ text: ArraySlice<UInt8>) -> Int64? {
        let whole = text.prefix { $0 != UInt8(ascii: ".") }.filter { $0 != UInt8(ascii: ":") }
        guard [2, 4, 6].contains(whole.count) else {
            return nil
        }
        var seconds: Int64 = 0
        for (start, unit, max) in [(0, 3_600, 23), (2, 60, 59), (4, 1, 60)] {
            let part = whole.dropFirst(start).prefix(2)
            guard !part.isEmpty else {
                break
            }
            guard let number = part.dicomDecimal, number <= UInt64(max) else {
                return nil
            }
            seconds += Int64(number) * Int64(unit)
        }
        return seconds
    }

    /// Reads a Timezone Offset From UTC, as `+0900` (PS3.3 §C.12.1.1.8).
    ///
    /// - Parameter text: without padding.
    /// - Returns: seconds by which local time is ahead of UTC; nil for anything else.
    static func offset(_ text: ArraySlice<UInt8>) -> Int64? {
        guard text.count == 5, let sign = text.first, let number = text.dropFirst().dicomDecimal
        else {
            return nil
        }
        let (hours, minutes) = (Int64(number / 100), Int64(number % 100))
        guard hours <= 14, minutes < 60 else {
            return nil
        }
        let seconds = hours * 3_600 + minutes * 60
        switch sign {
        case UInt8(ascii: "+"): return seconds
        case UInt8(ascii: "-"): return -seconds
        default: return nil
        }
    }
}
