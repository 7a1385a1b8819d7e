/// Reads the resources of one FHIR file.
struct FHIRParser {
    /// How long texts may be that are kept for a rule; longer ones break it, or do not matter.
    enum TextMax {
        /// Ids and versions: one more than is right, to be told from right ones.
        static let id = 65
        /// Names, codes and times.
        static let word = 64
        /// Identifiers and addresses.
        static let address = FHIRReference.bytesMax
    }

    /// What stands before the next value.
    var scanner: JSONScanner
    /// What has been read.
    var notes: FHIRNotes

    /// Begins to read.
    ///
    /// - Parameters:
    ///   - content: a file from its front.
    ///   - isLineBound: whether it is NDJSON.
    ///   - localOffset: seconds by which the hospital's clock is ahead of UTC.
    /// - Throws: what the content throws.
    init(_ content: ContentReader, isLineBound: Bool, localOffset: Int64) throws {
        scanner = try JSONScanner(content, isLineBound: isLineBound)
        notes = FHIRNotes(localOffset: localOffset)
    }

    // MARK: - Files

    /// Reads a file that is one resource.
    ///
    /// - Returns: what it says.
    /// - Throws: what the content throws.
    mutating func document() throws -> FileFacts {
        do {
            _ = try resource(.alone, 1)
            try scanner.endLine()
        } catch is ContentError {
            notes.damage(at: "JSON")
        }
        return notes.finish()
    }

    /// Reads NDJSON: a resource a line. A line that cannot be read is one violation, and the next
    /// is read all the same.
    ///
    /// - Returns: what the lines say.
    /// - Throws: what the content throws.
    mutating func lines() throws -> FileFacts {
        var number: UInt64 = 0
        while try !scanner.isAtEnd() {
            if try scanner.skipBlankLine() {
                continue
            }
            number &+= 1
            do {
                _ = try resource(.alone, number)
                try scanner.endLine()
            } catch is ContentError {
                notes.damage(at: "JSON[\(number)]")
                try scanner.skipLine()
            }
        }
        if number == 0 {
            // An export writes no file for nothing: it was emptied.
            notes.damage(at: "empty")
        }
        return notes.finish()
    }

    // MARK: - Resources

    /// Reads a resource and notes what it says.
    ///
    /// - Parameters:
    ///   - role: where it stands.
    ///   - number: its line or entry, from 1.
    /// - Returns: the resource, finished.
    /// - Throws: ``ContentError``; what the content throws.
    mutating func resource(_ role: FHIRResource.Role, _ number: UInt64) throws -> FHIRResource {
        var resource = FHIRResource(role, number)
        try scanner.beginObject()
        while let member = try scanner.nextMember() {
            try read(member, of: &resource)
        }
        resource.finish()
        try notes.take(resource)
        return resource
    }

    private mutating func read(_ member: FHIRMember, of resource: inout FHIRResource) throws {
        switch member {
        case .resourceType: try readType(of: &resource)
        case .id: try readID(of: &resource)
        case .meta: try meta(of: &resource, isContained: false)
        case .contained: try contained(in: &resource)
        case .identifier: try identifiers(of: &resource)
        case .subject, .patient, .beneficiary, .whom: try subject(of: &resource)
        case .period: try period(of: &resource)
        case .status: resource.status = try word(of: &resource)
        case .type: resource.kind = try word(of: &resource)
        case .total: try total(of: &resource)
        case .link: try links(of: &resource)
        case .entry: try entries(of: &resource)
        case .effectiveDateTime: resource.effective = try time(member, of: &resource)
        case .occurrenceDateTime: resource.occurrence = try time(member, of: &resource)
        case .issued, .recordedDate, .recorded, .authoredOn, .authored, .started, .created,
            .dateAsserted, .sent, .receivedTime, .whenHandedOver:
            if let time = try time(member, of: &resource) {
                let past = resource.past ?? time
                resource.past = past.timestamp > time.timestamp ? past : time
            }
        default: try walk(&resource)
        }
    }

    private mutating func readType(of resource: inout FHIRResource) throws {
        guard !resource.hasType else {
            throw ContentError.malformed("resourceType twice")
        }
        resource.hasType = true
        resource.type = try type()
    }

    private mutating func readID(of resource: inout FHIRResource) throws {
        guard resource.id == nil else {
            throw ContentError.malformed("id twice")
        }
        // What is too long is no id either.
        resource.id = try scanner.text(max: TextMax.id) ?? []
    }

    /// Reads a type.
    ///
    /// - Returns: its number; nil for none of R4.
    /// - Throws: ``ContentError``.
    mutating func type() throws -> Int? {
        let text = try scanner.text(max: TextMax.word)
        return text.flatMap { FHIRTypes.words.number(of: $0[...]) }
    }

    // MARK: - Any value

    /// Steps over a value, and takes the references and mentions in it.
    ///
    /// - Throws: ``ContentError``.
    mutating func walk(_ resource: inout FHIRResource) throws {
        switch try scanner.kind() {
        case .object:
            try scanner.beginObject()
            while let member = try scanner.nextMember() {
                try walk(member, of: &resource)
            }
        case .array:
            try scanner.beginArray()
            while try scanner.nextElement() {
                try walk(&resource)
            }
        case .text: try mention(&resource)
        case .number: _ = try scanner.number()
        case .word: try scanner.skipWord()
        }
    }

    /// Steps over the value of a member that is not a resource's own.
    ///
    /// - Throws: ``ContentError``.
    mutating func walk(_ member: FHIRMember, of resource: inout FHIRResource) throws {
        if member == .reference, try scanner.kind() == .text {
            _ = try reference(of: &resource)
        } else {
            try walk(&resource)
        }
    }

    /// Takes a reference.
    ///
    /// - Returns: its key; nil for one that leads to no resource by type and id.
    /// - Throws: ``ContentError``.
    mutating func reference(of resource: inout FHIRResource) throws -> UInt64? {
        let text = try scanner.text(max: TextMax.address) ?? []
        return try notes.take(reference: text, of: &resource)
    }

    /// dom-3 takes any text for a mention that is `#` and the id; `#` alone is the container.
    private mutating func mention(_ resource: inout FHIRResource) throws {
        let mark = UInt8(ascii: "#")
        guard let text = try scanner.text(beginningWith: mark, max: TextMax.id) else {
            return
        }
        if text.count == 1 {
            resource.refersBack = true
            return
        }
        guard resource.mentions.count < FHIRResource.partsMax else {
            throw ContentError.overLimit
        }
        resource.mentions.insert(text)
    }
}
