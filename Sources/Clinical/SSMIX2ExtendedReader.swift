/// Reads SS-MIX2 extended storage: documents of any type, the files of each in a folder of its own.
///
/// That a folder has no file at all cannot be seen from files; the counts of the profile show it.
package struct SSMIX2ExtendedReader: FormatReader {
    private let localOffset: Int64

    /// Makes a reader.
    ///
    /// - Parameter localOffset: seconds by which the hospital's clock is ahead of UTC.
    package init(localOffset: Int64) {
        self.localOffset = localOffset
    }

    /// A document has one current folder.
    package static let storeRules: [StoreRule] = [
        .single(.ssmix2ExtendedCurrent, .ssmix2Current)
    ]

    /// Reads one file of a document.
    ///
    /// - Parameters:
    ///   - path: beneath the store's root.
    ///   - content: its bytes, from the front.
    /// - Returns: what it says.
    /// - Throws: what `content` throws.
    package func facts(of path: [UInt8], _ content: ContentReader) throws -> FileFacts {
        guard let place = SSMIX2ExtendedPath(path) else {
            return .foreign
        }
        guard let type = SSMIX2DocumentType(name: place.file) else {
            return .foreign
        }
        var facts = FileFacts(.judged)
        judge(place, &facts)
        enter(place, &facts)
        if type == .message {
            try judgeMessage(place, content, &facts)
        } else {
            try judgeBytes(type, content, &facts)
        }
        return facts
    }

    // MARK: - The path

    private func judge(_ place: SSMIX2ExtendedPath, _ facts: inout FileFacts) {
        func breaks(_ rule: ClinicalRule, _ place: String) {
            facts.violations.append(Violation(rule, at: place))
        }
        if !place.isInPlace {
            breaks(.ssmix2Extended, "folder")
        }
        if place.condition == nil {
            breaks(.ssmix2Extended, "flag")
        }
        let day = place.day.count == 8 ? HL7Value.day(place.day) : nil
        if day == nil, !place.day.elementsEqual("-".utf8) {
            breaks(.ssmix2Extended, "day of care")
        }
        if let day {
            facts.days[HL7Value.number(of: day)] = 1
        }
        if !place.isOfKind {
            breaks(.ssmix2ExtendedName, "data kind")
        }
        facts.newest = HL7Value.time(place.time, localOffset: localOffset)
        // The guideline says 17 digits; NHO's own samples have 15.
        if place.time.count != 17 || facts.newest == nil {
            breaks(.ssmix2ExtendedName, "time")
        }
    }

    private func enter(_ place: SSMIX2ExtendedPath, _ facts: inout FileFacts) {
        facts.counts["\(place.kindName)/\(SSMIX2Condition.text(place.condition))"] = 1
        let patient = KeyHash.of(HL7Value.trimmed(place.patient))
        facts.entries.append(RelationEntry(.patientMentioned, patient))
        let tally = KeyHash.of(place.patient, place.kind, place.flag)
        facts.entries.append(RelationEntry(.ssmix2ExtendedTally, tally))
        if place.condition == .current {
            let key = KeyHash.of(place.patient, place.day, place.kind, place.key)
            let folder = KeyHash.of(place.folder)
            facts.entries.append(RelationEntry(.ssmix2ExtendedCurrent, key, folder))
        }
    }

    // MARK: - The content

    private func judgeMessage(
        _ place: SSMIX2ExtendedPath,
        _ content: ContentReader,
        _ facts: inout FileFacts
    ) throws {
        switch try HL7Content.read(content) {
        case .message(let message):
            if !message.faults.subtracting(.unassigned).isEmpty {
                facts.violations.append(Violation(.ssmix2Extended, at: "text"))
            }
            if message.segments.contains(where: { $0.name == .none }) {
                facts.violations.append(Violation(.ssmix2Extended, at: "segment name"))
            }
            let patient = message.first(.pid).map { message.component(1, of: 3, in: $0) } ?? []
            if HL7Value.trimmed(patient) != HL7Value.trimmed(place.patient) {
                facts.violations.append(Violation(.ssmix2Patient, at: "PID-3"))
            }
            if message.substitutes > 0 {
                facts.counts["gaiji"] = message.substitutes
            }
        case .damaged(let spot, _):
            facts.outcome = .unparsed
            facts.violations.append(Violation(.ssmix2Extended, at: spot))
        case .unread:
            facts.outcome = .unparsed
            facts.violations.append(Violation(.unreadFile))
        }
    }

    private func judgeBytes(
        _ type: SSMIX2DocumentType,
        _ content: ContentReader,
        _ facts: inout FileFacts
    ) throws {
        let window = UInt64(SSMIX2DocumentType.windowBytes)
        // Its own copy: reading on overwrites what a slice of the buffer shows.
        let head = Array(try content.peek(SSMIX2DocumentType.windowBytes))
        var tail = head
        do {
            guard UInt64(head.count) == min(content.size, window) else {
                throw ContentError.truncated
            }
            if content.size > window {
                try content.skip(content.size - window)
                tail = Array(try content.take(SSMIX2DocumentType.windowBytes))
            }
        } catch is ContentError {
            facts.outcome = .unparsed
            facts.violations.append(Violation(.unreadFile))
            return
        }
        if !type.accepts(head: head[...], tail: tail[...]) {
            facts.outcome = .unparsed
            facts.violations.append(Violation(.ssmix2Extended, at: "content"))
        }
    }
}
