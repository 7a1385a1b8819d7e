import Model

/// Judges one message of standardized storage, by its path and by what it holds.
struct SSMIX2Judge {
    /// Most violations that one file is charged with.
    static let violationsMax = 256

    /// What the path says.
    let path: SSMIX2Path
    /// The kind of data; nil for none that there is.
    let type: SSMIX2DataType?
    /// The day of care; nil for `-`, and for none that a calendar has.
    let day: CivilDate?
    /// The day of sending; nil for none that a calendar has.
    let sentDay: CivilDate?
    /// What came out so far.
    private(set) var facts = FileFacts(.judged)

    private init(_ path: SSMIX2Path) {
        self.path = path
        type = SSMIX2DataType(rawValue: String(decoding: path.type, as: UTF8.self))
        day = path.day.count == 8 ? HL7Value.day(path.day) : nil
        sentDay = HL7Value.day(path.time)
    }

    /// Judges a file.
    ///
    /// - Parameters:
    ///   - path: where it lies.
    ///   - content: its bytes.
    ///   - localOffset: seconds by which the hospital's clock is ahead of UTC.
    /// - Returns: what it says. What its path says is there even if it holds no message.
    /// - Throws: what the file throws.
    static func facts(
        of path: SSMIX2Path,
        _ content: ContentReader,
        localOffset: Int64
    ) throws -> FileFacts {
        var judge = SSMIX2Judge(path)
        judge.judgePath(localOffset)
        judge.enterPath()
        switch try HL7Content.read(content) {
        case .message(let message):
            judge.judge(message)
            judge.enterRecord(message)
        case .damaged(let place, let hasHighBytes):
            judge.facts.outcome = .unparsed
            judge.breaks(.ssmix2Header, at: place)
            if hasHighBytes {
                judge.breaks(.ssmix2Text, at: "byte over 7F")
            }
        case .unread:
            judge.facts.outcome = .unparsed
            judge.breaks(.unreadFile)
        }
        return judge.facts
    }

    /// Notes a violation, each but once.
    ///
    /// - Parameters:
    ///   - rule: what is broken.
    ///   - place: asked for only if there is room: to tell the ordinal of a segment takes as long
    ///     as there are segments.
    mutating func breaks(_ rule: ClinicalRule, at place: @autoclosure () -> String = "") {
        guard facts.violations.count < Self.violationsMax else {
            return
        }
        let violation = Violation(rule, at: place())
        if !facts.violations.contains(violation) {
            facts.violations.append(violation)
        }
    }

    /// Counts characters that stand for what JIS X 0208 lacks: more of them than before are lost.
    mutating func count(substitutes: UInt64) {
        if substitutes > 0 {
            facts.counts["gaiji"] = substitutes
        }
    }

    // MARK: - The path

    private mutating func judgePath(_ localOffset: Int64) {
        if !path.isInPlace {
            breaks(.ssmix2Path, at: "folder")
        }
        if path.condition == nil {
            breaks(.ssmix2Path, at: "flag")
        }
        if path.order.isEmpty {
            breaks(.ssmix2Path, at: "order number")
        }
        if type == nil {
            breaks(.ssmix2Type, at: "data type")
        }
        judgeDay()
        let time = HL7Value.time(path.time, localOffset: localOffset)
        if path.time.count != 17 || time == nil {
            breaks(.ssmix2Timestamp, at: "file name")
        }
        facts.newest = time
    }

    private mutating func judgeDay() {
        let isNone = path.day.elementsEqual("-".utf8)
        if isNone != (type?.isDateless ?? isNone) || !isNone && day == nil {
            breaks(.ssmix2Date, at: "day of care")
        }
        // A day's grace: what is done at midnight is sent by another clock.
        if let type, !type.mayLieAhead, let day, let sentDay,
            day.daysSinceEpoch > sentDay.daysSinceEpoch + 1
        {
            breaks(.ssmix2Date, at: "day of care after sending")
        }
    }

    // MARK: - What other files say something of too

    private mutating func enterPath() {
        let kind = type?.rawValue ?? "other"
        facts.counts["\(kind)/\(SSMIX2Condition.text(path.condition))"] = 1
        if let day {
            facts.days[HL7Value.number(of: day)] = 1
        }
        enter(.patientMentioned, patientKey)
        enter(.ssmix2Tally, KeyHash.of(path.patient, path.type, path.flag))
        enter(.ssmix2Key, KeyHash.of(path.patient, path.day, path.type, path.order, path.time))
        let about = KeyHash.of(path.patient, path.day, path.type, path.order)
        switch path.condition {
        case .deleted:
            enter(.ssmix2Deleted, about)
        case .current:
            enter(.ssmix2Current, about)
            enterOrder()
        case .superseded, nil:
            enterOrder()
        }
    }

    private mutating func enterOrder() {
        guard let type else {
            return
        }
        if type.isOrder {
            enter(.ssmix2Order, KeyHash.of(path.patient, path.type, path.order))
        } else if let order = type.order {
            let name = Array(order.rawValue.utf8)
            enter(.ssmix2Result, KeyHash.of(path.patient, name[...], path.order))
        }
    }

    /// A damaged record is none, so this is only for a message that could be read.
    private mutating func enterRecord(_ message: HL7Message) {
        guard path.condition == .current else {
            return
        }
        switch type {
        case .adt00:
            enter(.patient, patientKey)
        case .adt12 where day != nil:
            enter(.visit, KeyHash.of(HL7Value.trimmed(path.patient), path.day))
        case .omg11:
            enterImaging(.imaging, message)
        case .omg12, .omg13:
            enterImaging(.imagingOther, message)
        default:
            break
        }
    }

    /// By IPC-1, the accession number (HL7 v2.5 §4.5.6.1); where there is none by the order's
    /// number, which many systems give their images.
    private mutating func enterImaging(_ relation: Relation, _ message: HL7Message) {
        let told = message.segments.filter { $0.name == .ipc }.map { segment in
            HL7Value.trimmed(message.component(1, of: 1, in: segment))
        }.filter { !$0.isEmpty }
        var entered: Set<UInt64> = []
        for number in told.isEmpty ? [HL7Value.trimmed(path.order)] : told {
            let key = KeyHash.of(number)
            if entered.insert(key).inserted {
                enter(relation, key)
            }
        }
    }

    private mutating func enter(_ relation: Relation, _ key: UInt64) {
        facts.entries.append(RelationEntry(relation, key))
    }

    /// The key by which every format knows a patient: of the id alone.
    private var patientKey: UInt64 { KeyHash.of(HL7Value.trimmed(path.patient)) }
}
