import Catalog
import Console
import Format
import Jobs
import Model
import Scheduling

/// How a set's copies score, and how far each store is read, for people and for programs.
enum CopyScoreLines {
    /// The score with its words. What is only declared says so.
    static func line(_ score: CopyScore, _ terminal: Terminal) -> String {
        terminal.words(
            "  控え 3-2-1-1-0: \(score.text)（期限内に読んだもの \(score.copies)、置き場所の種類 "
                + "\(score.kinds)、遠隔地 \(score.away)（申告による）、オフラインか変更不可 "
                + "\(score.resisting)、異常あり \(score.damaged)）",
            "  copies 3-2-1-1-0: \(score.text) (\(score.copies) read in time, \(score.kinds) kinds "
                + "of place, \(score.away) away as declared, \(score.resisting) offline or "
                + "unchangeable, \(score.damaged) damaged)"
        )
    }

    /// The score for programs.
    static func json(_ score: CopyScore) -> JSONValue {
        .object([
            "awayDeclared": .integer(Int64(score.away)),
            "copies": .integer(Int64(score.copies)),
            "damaged": .integer(Int64(score.damaged)),
            "full": .bool(score.isFull),
            "kinds": .integer(Int64(score.kinds)),
            "resisting": .integer(Int64(score.resisting)),
            "text": .string(score.text),
        ])
    }

    /// How far a store is read.
    static func line(
        _ reading: StatusReport.StoreReading,
        _ zone: SiteTimeZone,
        _ terminal: Terminal
    ) -> String {
        guard let standing = reading.standing else {
            return terminal.words(
                "\(reading.store): 読み直しの記録がありません",
                "\(reading.store): no reading of it is known"
            )
        }
        let none = terminal.words("なし", "none")
        let oldest = standing.oldestRead.map { zone.text($0) } ?? none
        return terminal.words(
            "\(reading.store): \(standing.objects) 個、未読 \(standing.unread) 個、"
                + "最も古い読み直し \(oldest)",
            "\(reading.store): \(standing.objects) objects, \(standing.unread) never read; "
                + "oldest reading \(oldest)"
        )
    }

    /// How far a store is read, for programs.
    static func json(_ reading: StatusReport.StoreReading) -> JSONValue {
        guard let standing = reading.standing else {
            return .object(["store": .string(reading.store)])
        }
        return .object([
            "bytes": .integer(Int64(clamping: standing.bytes)),
            "damaged": .integer(Int64(clamping: standing.damaged)),
            "findings": FindingLines.json(reading.findings),
            "objects": .integer(Int64(clamping: standing.objects)),
            "oldestArrivalUnread": standing.oldestArrival.map { .string($0.rfc3339) } ?? .null,
            "oldestReading": standing.oldestRead.map { .string($0.rfc3339) } ?? .null,
            "store": .string(reading.store),
            "unread": .integer(Int64(clamping: standing.unread)),
        ])
    }
}
