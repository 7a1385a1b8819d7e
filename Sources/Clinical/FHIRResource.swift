import Model

/// What rules need of one resource, while it is read.
struct FHIRResource {
    /// Where it stands.
    enum Role: Hashable, Sendable {
        /// On a line of its own, or as a whole file: in the store by itself.
        case alone
        /// As an entry of a bundle, which may give it an id only later.
        case entry
    }

    /// What is wrong with it.
    struct Fault {
        /// What is broken.
        let rule: ClinicalRule
        /// Which member breaks it.
        let member: String
    }

    /// A resource that it contains.
    struct Contained {
        /// `#` and its id; nil if it has none.
        var mention: [UInt8]?
        /// Whether it refers to the one that contains it.
        var refersBack = false
    }

    /// How many resources one may contain, mentions of them and identifiers. No more are in use;
    /// each is held until the resource ends.
    static let partsMax = 100_000

    /// Where it stands.
    let role: Role
    /// Which line of the file it is, or which entry of the bundle, from 1.
    let number: UInt64
    /// Its type, by ``FHIRTypes/names``; nil for none of them, and until it is read.
    var type: Int?
    /// Whether a type has been read, known or not.
    var hasType = false
    /// Its id; nil until one is read.
    var id: [UInt8]?
    /// Its version; nil if it has none.
    var version: [UInt8]?
    /// The key of the reference to whom it is about.
    var subject: UInt64?
    /// Whom it is about, by identifiers alone.
    var subjectIdentifiers: [[UInt8]] = []
    /// Values of `identifier`.
    var identifiers: [[UInt8]] = []
    /// `status`; nil if it has none.
    var status: [UInt8]?
    /// `type`, if that is a word, as of a bundle.
    var kind: [UInt8]?
    /// The newest of its times that say when something was done.
    var past: FHIRTime?
    /// `effectiveDateTime`.
    var effective: FHIRTime?
    /// `occurrenceDateTime`.
    var occurrence: FHIRTime?
    /// `period.start`.
    var periodStart: FHIRTime?
    /// Resources that it contains.
    var contained: [Contained] = []
    /// Texts that mention a contained resource, as `#id`, wherever they stand.
    var mentions: Set<[UInt8]> = []
    /// Those that are references.
    var insideReferences: Set<[UInt8]> = []
    /// Whether something since the last contained resource began refers to the one that contains.
    var refersBack = false
    /// What it has as a bundle.
    var bundle = FHIRBundle()
    /// What is wrong with it so far.
    var faults: [Fault] = []

    /// More than there are rules and members to break them.
    private static let faultsMax = 100

    /// Begins one.
    ///
    /// - Parameters:
    ///   - role: where it stands.
    ///   - number: its line or entry, from 1.
    init(_ role: Role, _ number: UInt64) {
        self.role = role
        self.number = number
    }

    /// Notes that it breaks a rule. Each member breaks a rule once.
    mutating func breaks(_ rule: ClinicalRule, at member: String) {
        guard faults.count < Self.faultsMax,
            !faults.contains(where: { $0.rule == rule && $0.member == member })
        else {
            return
        }
        faults.append(Fault(rule: rule, member: member))
    }

    /// Its key; nil if it has no type of R4 or no id.
    var key: UInt64? {
        guard let type, let id else {
            return nil
        }
        return FHIRTypes.key(type, id[...])
    }

    /// The newest time at which something has happened that it tells of: times that say when
    /// something was recorded, issued or begun, which cannot lie in the future. Left out are ends,
    /// periods of coverage and of plans, occurrences of orders, and `meta.lastUpdated`, which is
    /// the server's: after an import all would be of that day.
    var newest: FHIRTime? {
        var newest = past
        func take(_ time: FHIRTime?) {
            if let time, newest.map({ $0.timestamp < time.timestamp }) ?? true {
                newest = time
            }
        }
        guard let type else {
            return newest
        }
        if FHIRTypes.observing.contains(type) {
            take(effective)
        }
        if type == FHIRTypes.immunization {
            take(occurrence)
        }
        // A planned or cancelled visit begins some time, or never.
        if type == FHIRTypes.encounter, Self.begun.contains(status ?? []) {
            take(periodStart)
        }
        return newest
    }

    private static let begun: Set<[UInt8]> = Set(
        ["arrived", "triaged", "in-progress", "onleave", "finished"].map { Array($0.utf8) }
    )

    // MARK: - The end

    /// Judges what can be judged only when all of it is read.
    mutating func finish() {
        if !hasType {
            breaks(.fhirReadable, at: "resourceType")
        } else if type == nil {
            breaks(.fhirType, at: "resourceType")
        }
        if let id {
            if !FHIRReference.isID(id[...]) {
                breaks(.fhirReadable, at: "id")
            }
        } else if role == .alone, !FHIRTypes.nameless.contains(type ?? FHIRTypes.bundle) {
            breaks(.fhirReadable, at: "id")
        }
        judgeContained()
        if type == FHIRTypes.bundle {
            for fault in bundle.faults(type: kind) {
                breaks(fault.rule, at: fault.member)
            }
        } else if bundle.hasResources {
            breaks(.fhirReadable, at: "entry.resource")
        }
    }

    /// dom-3: what is contained is referred to, or refers back; and what is referred to is there.
    private mutating func judgeContained() {
        guard !contained.isEmpty || !mentions.isEmpty else {
            return
        }
        for one in contained where !one.refersBack {
            if one.mention.map({ mentions.contains($0) }) != true {
                breaks(.fhirContained, at: "contained.id")
            }
        }
        let there = Set(contained.compactMap(\.mention))
        if there.count < contained.count(where: { $0.mention != nil }) {
            breaks(.fhirContained, at: "contained.id")
        }
        if !insideReferences.isSubset(of: there) {
            breaks(.fhirReferences, at: "reference")
        }
    }
}
