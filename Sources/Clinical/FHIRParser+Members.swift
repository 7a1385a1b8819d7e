extension FHIRParser {
    // MARK: - Words and times

    /// Reads a code; steps over a value that is none.
    mutating func word(of resource: inout FHIRResource) throws -> [UInt8]? {
        guard try scanner.kind() == .text else {
            try walk(&resource)
            return nil
        }
        return try scanner.text(max: TextMax.word)
    }

    /// Reads a time; steps over a value that is no text.
    mutating func time(
        _ member: FHIRMember,
        of resource: inout FHIRResource
    ) throws -> FHIRTime? {
        guard try scanner.kind() == .text else {
            try walk(&resource)
            return nil
        }
        let text = try scanner.text(max: TextMax.word) ?? []
        let time = FHIRTime(text, localOffset: notes.localOffset)
        if time == nil {
            resource.breaks(.fhirValue, at: member.rawValue)
        }
        return time
    }

    /// Reads when a period begins.
    mutating func period(of resource: inout FHIRResource) throws {
        guard try scanner.kind() == .object else {
            return try walk(&resource)
        }
        try scanner.beginObject()
        while let member = try scanner.nextMember() {
            if member == .start {
                resource.periodStart = try time(member, of: &resource)
            } else {
                try walk(member, of: &resource)
            }
        }
    }

    // MARK: - meta

    /// Reads `meta`: version, time and profiles. What is contained may have none of the first two,
    /// nor a security label (dom-4, dom-5).
    mutating func meta(of resource: inout FHIRResource, isContained: Bool) throws {
        try scanner.beginObject()
        while let member = try scanner.nextMember() {
            switch member {
            case .versionId:
                let version = try scanner.text(max: TextMax.id) ?? []
                if isContained {
                    resource.breaks(.fhirContained, at: "contained.meta")
                } else if !FHIRReference.isID(version[...]) {
                    resource.breaks(.fhirVersion, at: "meta.versionId")
                } else {
                    resource.version = version
                }
            case .lastUpdated:
                let text = try scanner.text(max: TextMax.word) ?? []
                if isContained {
                    resource.breaks(.fhirContained, at: "contained.meta")
                } else if FHIRTime(text, localOffset: 0)?.isInstant != true {
                    resource.breaks(.fhirVersion, at: "meta.lastUpdated")
                }
            case .security:
                if isContained {
                    resource.breaks(.fhirContained, at: "contained.meta")
                }
                try walk(&resource)
            case .profile: try profiles(of: &resource)
            default: try walk(member, of: &resource)
            }
        }
    }

    /// A profile is named by its address: at least a scheme and something after it.
    private mutating func profiles(of resource: inout FHIRResource) throws {
        try scanner.beginArray()
        while try scanner.nextElement() {
            let text = try scanner.text(max: TextMax.address) ?? []
            let colon = text.firstIndex(of: UInt8(ascii: ":")) ?? 0
            let isAddress =
                colon > 0 && colon < text.count - 1
                && text.allSatisfy { $0 > 0x20 && $0 != 0x7F }
            if !isAddress {
                resource.breaks(.fhirValue, at: "meta.profile")
            }
        }
    }

    // MARK: - Identifiers and subjects

    /// Reads `identifier`, which some types have once and others as a list.
    mutating func identifiers(of resource: inout FHIRResource) throws {
        switch try scanner.kind() {
        case .array:
            try scanner.beginArray()
            while try scanner.nextElement() {
                try identifier(of: &resource)
            }
        default: try identifier(of: &resource)
        }
    }

    private mutating func identifier(of resource: inout FHIRResource) throws {
        guard let value = try identifierValue(of: &resource) else {
            return
        }
        guard resource.identifiers.count < FHIRResource.partsMax else {
            throw ContentError.overLimit
        }
        resource.identifiers.append(value)
    }

    /// Reads an identifier.
    ///
    /// - Returns: its value without the spaces around it, as other formats have it; nil if it has
    ///   none, or one that is no number of a patient.
    private mutating func identifierValue(
        of resource: inout FHIRResource
    ) throws -> [UInt8]? {
        guard try scanner.kind() == .object else {
            try walk(&resource)
            return nil
        }
        var value: [UInt8]?
        try scanner.beginObject()
        while let member = try scanner.nextMember() {
            if member == .value, try scanner.kind() == .text {
                value = try scanner.text(max: TextMax.address)
            } else {
                try walk(member, of: &resource)
            }
        }
        let space = UInt8(ascii: " ")
        let trimmed = (value ?? []).drop { $0 == space }
        let end = trimmed.lastIndex { $0 != space }
        return end.map { Array(trimmed[...$0]) }
    }

    /// Reads whom a resource is about. A reference leads to a patient of this store; an identifier
    /// alone to one that another store may have (FHIR R4 references.html#logical).
    mutating func subject(of resource: inout FHIRResource) throws {
        guard try scanner.kind() == .object else {
            return try walk(&resource)
        }
        var hasReference = false
        var identifier: [UInt8]?
        try scanner.beginObject()
        while let member = try scanner.nextMember() {
            if member == .reference, try scanner.kind() == .text {
                hasReference = true
                let key = try reference(of: &resource)
                resource.subject = resource.subject ?? key
            } else if member == .identifier {
                identifier = try identifierValue(of: &resource)
            } else {
                try walk(member, of: &resource)
            }
        }
        if !hasReference, let identifier {
            resource.subjectIdentifiers.append(identifier)
        }
    }

    // MARK: - contained

    /// Reads the resources that one contains.
    mutating func contained(in resource: inout FHIRResource) throws {
        try scanner.beginArray()
        while try scanner.nextElement() {
            guard resource.contained.count < FHIRResource.partsMax else {
                throw ContentError.overLimit
            }
            var one = FHIRResource.Contained()
            resource.refersBack = false
            try contained(&one, in: &resource)
            one.refersBack = resource.refersBack
            resource.contained.append(one)
        }
    }

    private mutating func contained(
        _ one: inout FHIRResource.Contained,
        in resource: inout FHIRResource
    ) throws {
        var hasType = false
        try scanner.beginObject()
        while let member = try scanner.nextMember() {
            switch member {
            case .resourceType:
                hasType = true
                if try type() == nil {
                    resource.breaks(.fhirType, at: "contained.resourceType")
                }
            case .id:
                let id = try scanner.text(max: TextMax.id) ?? []
                if !FHIRReference.isID(id[...]) {
                    resource.breaks(.fhirReadable, at: "contained.id")
                }
                one.mention = [UInt8(ascii: "#")] + id
            case .meta: try meta(of: &resource, isContained: true)
            case .contained:
                // dom-2: none within one that is contained itself.
                resource.breaks(.fhirContained, at: "contained.contained")
                try walk(&resource)
            default: try walk(member, of: &resource)
            }
        }
        if !hasType {
            resource.breaks(.fhirReadable, at: "contained.resourceType")
        }
    }
}
