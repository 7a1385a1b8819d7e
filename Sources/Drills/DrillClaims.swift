package import Format
package import Model

/// What came back, told in two lines and never in one: a chart that can be read for reference, and
/// a record system that can be worked with. The first is no proof of the second (DOMAIN §0, C11).
package struct DrillClaims: Hashable, Sendable {
    /// What a claim lacks.
    package enum Lack: String, Hashable, Sendable, CaseIterable {
        /// The data came back wrong, or not at all.
        case dataFailed = "data-failed"
        /// Not all of the data was shown to be right, or the judges were not tried.
        case dataNotProven = "data-not-proven"
        /// No patient's record was read from what came back.
        case recordNotRead = "record-not-read"
        /// No application ran on the data: level 3 was not reached.
        case applicationsNotRun = "applications-not-run"
        /// No person noted that charts could be opened.
        case usableNotNoted = "usable-not-noted"
    }

    /// One of the two.
    package struct Claim: Hashable, Sendable {
        /// What it lacks; nothing if it is proven.
        package let lacks: [Lack]

        /// What it comes to.
        package var verdict: Verdict {
            lacks.isEmpty ? .proven : lacks.contains(.dataFailed) ? .failed : .notProven
        }
    }

    /// The level from which applications ran (DOMAIN §4.2).
    private static let applicationsLevel = 3

    /// The data came back and agrees, and a record of it was read.
    package let referenceChart: Claim
    /// Applications ran on the data, and a person worked with them.
    package let workingEHR: Claim
    /// Whether a sample of the files came back for it, and not all: what is claimed is claimed of
    /// the rest with that sample's confidence alone.
    package let isOfSample: Bool

    /// Draws what a drill has shown.
    ///
    /// - Parameters:
    ///   - data: the verdict on what came back and on its judges, whatever the targets say.
    ///   - isRecordRead: whether a patient's record was read from it.
    ///   - level: how deep the drill got.
    ///   - isUsed: whether a person noted that charts could be opened.
    ///   - isOfSample: whether a sample of the files came back, and not all.
    package init(
        data: Verdict,
        isRecordRead: Bool,
        level: Int,
        isUsed: Bool,
        isOfSample: Bool = false
    ) {
        let lacks: [Lack] =
            switch data {
            case .proven: []
            case .failed: [.dataFailed]
            case .notProven: [.dataNotProven]
            }
        let unread: [Lack] = isRecordRead ? [] : [.recordNotRead]
        let unrun: [Lack] = level < Self.applicationsLevel ? [.applicationsNotRun] : []
        let unused: [Lack] = isUsed ? [] : [.usableNotNoted]
        referenceChart = Claim(lacks: lacks + unread)
        workingEHR = Claim(lacks: lacks + unrun + unused)
        self.isOfSample = isOfSample
    }

    private init(referenceChart: Claim, workingEHR: Claim, isOfSample: Bool) {
        self.referenceChart = referenceChart
        self.workingEHR = workingEHR
        self.isOfSample = isOfSample
    }

    /// The same, where it turned out that the judges cannot be relied upon.
    package var inDoubt: DrillClaims {
        func doubted(_ claim: Claim) -> Claim {
            let isKnown = claim.lacks.contains(.dataFailed) || claim.lacks.contains(.dataNotProven)
            return isKnown ? claim : Claim(lacks: [.dataNotProven] + claim.lacks)
        }
        return DrillClaims(
            referenceChart: doubted(referenceChart),
            workingEHR: doubted(workingEHR),
            isOfSample: isOfSample
        )
    }

    /// The same, once a person has noted that charts could be opened.
    package var onceUsed: DrillClaims {
        DrillClaims(
            referenceChart: referenceChart,
            workingEHR: Claim(lacks: workingEHR.lacks.filter { $0 != .usableNotNoted }),
            isOfSample: isOfSample
        )
    }

    // MARK: - Records

    /// As records and programs have it: both verdicts, what they lack, and whether of a sample.
    package var json: JSONValue {
        .object([
            "lacks": .object([
                "referenceChart": Self.json(referenceChart), "workingEHR": Self.json(workingEHR),
            ]),
            "ofSample": .bool(isOfSample),
            "referenceChart": .string(referenceChart.verdict.rawValue),
            "workingEHR": .string(workingEHR.verdict.rawValue),
        ])
    }

    private static func json(_ claim: Claim) -> JSONValue {
        .array(claim.lacks.map { .string($0.rawValue) })
    }

    /// Reads what ``json`` gives; nil for anything else, such as a lack that a later version knows.
    package init?(_ value: JSONValue) {
        guard case .object(let members) = value, case .object(let lacks)? = members["lacks"],
            let chart = Self.claim(lacks["referenceChart"]),
            let working = Self.claim(lacks["workingEHR"])
        else {
            return nil
        }
        // Records from before there were samples have no such member.
        let isOfSample = members["ofSample"] == .bool(true)
        self.init(referenceChart: chart, workingEHR: working, isOfSample: isOfSample)
    }

    private static func claim(_ value: JSONValue?) -> Claim? {
        guard case .array(let values)? = value else {
            return nil
        }
        let lacks = values.compactMap { value -> Lack? in
            guard case .string(let word) = value else {
                return nil
            }
            return Lack(rawValue: word)
        }
        return lacks.count == values.count ? Claim(lacks: lacks) : nil
    }
}
