import Model

extension UKEParser {
    /// Notes that the file cannot be read further.
    mutating func damage(at place: String) {
        facts.outcome = .unparsed
        violations.add(.ukeReadable, at: place)
    }

    /// Judges the file as a whole.
    ///
    /// - Parameter path: its, beneath the store's root.
    /// - Returns: what it says.
    mutating func finish(_ path: [UInt8]) -> FileFacts {
        closeClaim()
        guard let head else {
            damage(at: "first record")
            return result()
        }
        judgeEnd(head)
        // Claims that came back keep the numbers that they had.
        if let serialFault, !isReturned, head.kind != .returned {
            violations.add(.ukeOrder, at: "RE[\(serialFault)]-2")
        }
        judgeFolder(path, head)
        relate(head)
        return result()
    }

    private mutating func result() -> FileFacts {
        facts.violations = violations.all
        if externals > 0 {
            facts.counts["gaiji"] = externals
        }
        for record in UKERecord.allCases where recordCounts[record.cell] > 0 {
            facts.counts[record.rawValue] = recordCounts[record.cell]
        }
        facts.newest = facts.days.keys.max().flatMap { Self.midnight(of: $0) }.map {
            Timestamp(seconds: $0.seconds - localOffset)
        }
        return facts
    }

    // MARK: - The whole file

    /// The last record, and its numbers. Those of the last of several volumes are of all of them:
    /// a file alone cannot tell.
    private mutating func judgeEnd(_ head: UKEHead) {
        guard let last else {
            violations.add(.ukeReadable, at: "GO")
            return
        }
        guard last.record == .go, (head.volume ?? 0) == 0, isLastVolume else {
            return
        }
        let isSeen = (head.kind == .medical || head.kind == .dental) && !isDPC && !isReturned
        for item in totals.differences(from: last.line) {
            violations.add(isSeen ? .ukeTotal : .ukeTotalLoose, at: "GO-\(item)")
        }
    }

    /// A folder may have the month of the claims or the one before, in which the care was given.
    private mutating func judgeFolder(_ path: [UInt8], _ head: UKEHead) {
        guard let month = head.month else {
            return
        }
        let named = UKEMonth.named(in: path)
        let isNamed = named.contains { $0 == month || $0.number + 1 == month.number }
        if !named.isEmpty, !isNamed {
            violations.add(.ukeMonthLoose, at: "folder")
        }
    }

    /// What the file says for others: institution, month and volumes.
    private mutating func relate(_ head: UKEHead) {
        facts.entries.append(
            RelationEntry(
                UKERelation.institution,
                KeyHash.of(head.table, Array(head.kind.rawValue.utf8)[...]),
                KeyHash.of(head.institution)
            )
        )
        guard head.kind != .returned, !isReturned, let month = head.month else {
            return
        }
        facts.entries.append(RelationEntry(UKERelation.month, month.number, head.seriesValue))
        let volume = head.volume ?? 0
        guard volume > 0 || !isLastVolume else {
            return
        }
        facts.entries.append(RelationEntry(UKERelation.volume, head.key(volume: volume)))
        if volume > 0 {
            let before = head.key(volume: volume - 1)
            facts.entries.append(RelationEntry(UKERelation.volumeMentioned, before))
        }
        if !isLastVolume {
            let after = head.key(volume: volume + 1)
            facts.entries.append(RelationEntry(UKERelation.volumeMentioned, after))
        }
    }

    /// Whether the last record says that no volume follows. A file without one is cut: it says
    /// nothing of volumes.
    private var isLastVolume: Bool {
        last.map { $0.line[$0.record.volumeField].elementsEqual("99".utf8) } ?? true
    }

    // MARK: - Claims

    /// What a claim says for others: its patient, and what it comes to.
    mutating func note(_ claim: UKEClaim) {
        let patient = KeyHash.of(claim.chart)
        if !claim.chart.isEmpty {
            facts.entries.append(RelationEntry(.patientMentioned, patient))
        }
        let text = "\(claimKey) \(claim.serial ?? 0) \(claim.points ?? 0)"
        facts.entries.append(RelationEntry(UKERelation.claim, patient, KeyHash.of(text)))
    }

    /// What a treatment of an outpatient says of its day: that the patient was there.
    mutating func noteVisit(of claim: UKEClaim, on day: UInt32) {
        guard claim.isOutpatient, !claim.chart.isEmpty else {
            return
        }
        let key = KeyHash.of(claim.chart, Array("\(day)".utf8)[...])
        facts.entries.append(RelationEntry(.visit, key))
    }

    /// When a day would begin in UTC; nil for a day that is in no calendar.
    private static func midnight(of day: UInt32) -> Timestamp? {
        CivilDate(
            year: Int64(day / 10_000),
            month: Int64(day / 100 % 100),
            day: Int64(day % 100)
        ).map { Timestamp(seconds: $0.daysSinceEpoch * 86_400) }
    }
}
