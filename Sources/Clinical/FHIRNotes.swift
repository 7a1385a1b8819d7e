import Model

/// Gathers what the resources of a file say.
struct FHIRNotes {
    /// What one file may tell of at most; a file of more resources is a finding.
    private static let entriesMax = 4_000_000
    /// Violations of one file that have a place of their own; of more one tells the number.
    private static let violationsMax = 1_000

    /// Seconds by which the hospital's clock is ahead of UTC.
    let localOffset: Int64
    private var facts = FileFacts(.judged)
    private var typeCounts = [UInt64](repeating: 0, count: FHIRTypes.names.count)
    private var otherCount: UInt64 = 0
    private var elsewhereCount: UInt64 = 0
    private var conditionalCount: UInt64 = 0
    private var hiddenViolations: [ClinicalRule: UInt64] = [:]
    private var tallies: [UInt64: UInt64] = [:]
    private var cache = FHIRKeyCache()

    /// Starts with nothing.
    init(localOffset: Int64) {
        self.localOffset = localOffset
    }

    // MARK: - Resources

    /// Takes a resource that has been read.
    ///
    /// - Parameter resource: finished.
    /// - Throws: ``ContentError/overLimit`` if the file tells of too much.
    mutating func take(_ resource: FHIRResource) throws {
        take(faultsOf: resource)
        guard let type = resource.type else {
            otherCount &+= 1
            return
        }
        typeCounts[type] &+= 1
        let key = resource.key
        if let key {
            try add(FHIRRelation.resource, key)
            if resource.role == .alone {
                try add(FHIRRelation.identity, key)
            }
        }
        let subject = type == FHIRTypes.patient ? key : resource.subject
        tallies[(subject ?? 0) ^ FHIRTypes.keys[type], default: 0] &+= 1
        if type == FHIRTypes.bundle, resource.bundle.isStored(type: resource.kind) {
            for identity in resource.bundle.identities {
                try add(FHIRRelation.identity, identity)
            }
        }
        if let newest = resource.newest {
            facts.days[newest.day(localOffset: localOffset), default: 0] &+= 1
            facts.newest = max(facts.newest ?? newest.timestamp, newest.timestamp)
        }
        try take(identifiersOf: resource)
    }

    /// The numbers by which other systems know patients and studies.
    private mutating func take(identifiersOf resource: FHIRResource) throws {
        for identifier in resource.subjectIdentifiers {
            try add(.patientMentioned, KeyHash.of(identifier[...]))
        }
        for identifier in resource.identifiers {
            if resource.type == FHIRTypes.patient {
                try add(.patient, KeyHash.of(identifier[...]))
            } else if resource.type == FHIRTypes.imagingStudy,
                identifier.starts(with: Self.oid), identifier.count > Self.oid.count
            {
                try add(.studyMentioned, KeyHash.of(identifier[Self.oid.count...]))
            }
        }
    }

    private mutating func take(faultsOf resource: FHIRResource) {
        let type = resource.type.map { FHIRTypes.names[$0] } ?? ""
        for fault in resource.faults {
            breaks(fault.rule, at: "\(type)[\(resource.number)].\(fault.member)")
        }
    }

    // MARK: - References

    /// Takes a reference.
    ///
    /// - Parameters:
    ///   - text: as it is written.
    ///   - resource: which one refers.
    /// - Returns: the key of a resource in the store or at an address; nil for other references.
    /// - Throws: ``ContentError/overLimit`` if the file tells of too much.
    mutating func take(
        reference text: [UInt8],
        of resource: inout FHIRResource
    ) throws -> UInt64? {
        guard !text.isEmpty else {
            resource.breaks(.fhirReferences, at: "reference")
            return nil
        }
        if let key = cache.key(of: text) {
            return key
        }
        switch FHIRReference(text) {
        case .container: resource.refersBack = true
        case .contained(let mention):
            guard resource.mentions.count < FHIRResource.partsMax else {
                throw ContentError.overLimit
            }
            resource.mentions.insert(mention)
            resource.insideReferences.insert(mention)
        case .urn: return try keep(FHIRRelation.reference, KeyHash.of(text[...]), text)
        case .resource(let type, let id):
            return try keep(FHIRRelation.reference, FHIRTypes.key(type, id), text)
        case .address(let type, let id):
            return try keep(FHIRRelation.address, FHIRTypes.key(type, id), text)
        case .elsewhere: elsewhereCount &+= 1
        case .conditional: conditionalCount &+= 1
        case .invalid: resource.breaks(.fhirReferences, at: "reference")
        }
        return nil
    }

    /// Takes the name that a bundle gives an entry, if it is one that references use.
    ///
    /// - Throws: ``ContentError/overLimit`` if the file tells of too much.
    mutating func take(fullURL text: [UInt8]) throws {
        if FHIRReference(text) == .urn {
            try add(FHIRRelation.resource, KeyHash.of(text[...]))
        }
    }

    /// A file says once that it refers to something, as far as it is remembered.
    private mutating func keep(
        _ relation: Relation,
        _ key: UInt64,
        _ text: [UInt8]
    ) throws -> UInt64 {
        try add(relation, key)
        cache.keep(key, of: text)
        return key
    }

    private mutating func add(_ relation: Relation, _ key: UInt64, _ value: UInt64 = 0) throws {
        guard facts.entries.count + tallies.count < Self.entriesMax else {
            throw ContentError.overLimit
        }
        facts.entries.append(RelationEntry(relation, key, value))
    }

    // MARK: - Violations

    /// Notes that the file, or a line of it, is no JSON of resources.
    ///
    /// - Parameter place: where, from the file's beginning.
    mutating func damage(at place: String) {
        facts.outcome = .unparsed
        breaks(.fhirReadable, at: place)
    }

    private mutating func breaks(_ rule: ClinicalRule, at place: String) {
        guard facts.violations.count < Self.violationsMax else {
            hiddenViolations[rule, default: 0] &+= 1
            return
        }
        facts.violations.append(Violation(rule, at: place))
    }

    // MARK: - The end

    /// What the file says.
    ///
    /// - Returns: the same for the same bytes, in the same order.
    func finish() -> FileFacts {
        var facts = facts
        for (type, count) in typeCounts.enumerated() where count > 0 {
            facts.counts[FHIRTypes.names[type]] = count
        }
        let others = [
            "other": otherCount, "reference/elsewhere": elsewhereCount,
            "reference/conditional": conditionalCount,
        ]
        for (kind, count) in others where count > 0 {
            facts.counts[kind] = count
        }
        for (key, count) in tallies.sorted(by: { $0.key < $1.key }) {
            let value = KeyHash.of("\(count)")
            facts.entries.append(RelationEntry(FHIRRelation.tally, key, value))
        }
        for (rule, count) in hiddenViolations.sorted(by: { $0.key.id < $1.key.id }) {
            // The number is part of the place: one more is another violation.
            facts.violations.append(Violation(rule, at: "\(count) more"))
        }
        return facts
    }

    private static let oid = Array("urn:oid:".utf8)
}
