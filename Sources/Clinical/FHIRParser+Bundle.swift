extension FHIRParser {
    /// Reads `total`.
    mutating func total(of resource: inout FHIRResource) throws {
        guard try scanner.kind() == .number else {
            return try walk(&resource)
        }
        resource.bundle.total = try scanner.number()
        resource.bundle.hasTotal = true
    }

    /// Reads `link`: whether a bundle is one page of several. Patients have links of another kind.
    mutating func links(of resource: inout FHIRResource) throws {
        guard try scanner.kind() == .array else {
            return try walk(&resource)
        }
        try scanner.beginArray()
        while try nextObject(of: &resource) {
            try scanner.beginObject()
            while let member = try scanner.nextMember() {
                if member == .relation, let relation = try word(of: &resource) {
                    resource.bundle.isPage =
                        resource.bundle.isPage
                        || Self.pages.contains(relation)
                } else if member != .relation {
                    try walk(member, of: &resource)
                }
            }
        }
    }

    /// Reads `entry`, one after another: a bundle may have more than memory holds. Other resources
    /// have entries too, without resources in them.
    mutating func entries(of resource: inout FHIRResource) throws {
        guard try scanner.kind() == .array else {
            return try walk(&resource)
        }
        try scanner.beginArray()
        while try nextObject(of: &resource) {
            let entry = try entry(number: resource.bundle.count &+ 1, of: &resource)
            resource.bundle.take(entry)
        }
    }

    /// Stands before the next object of a list; what else is in it is walked.
    private mutating func nextObject(of resource: inout FHIRResource) throws -> Bool {
        while try scanner.nextElement() {
            if try scanner.kind() == .object {
                return true
            }
            try walk(&resource)
        }
        return false
    }

    private mutating func entry(
        number: UInt64,
        of resource: inout FHIRResource
    ) throws -> FHIRBundle.Entry {
        var entry = FHIRBundle.Entry(number: number)
        try scanner.beginObject()
        while let member = try scanner.nextMember() {
            switch member {
            case .fullUrl:
                let url = try scanner.text(max: TextMax.address) ?? []
                try notes.take(fullURL: url)
                entry.fullURL = url
                if case .address(let type, let id) = FHIRReference(url) {
                    entry.namedKey = FHIRTypes.key(type, id)
                }
            case .resource:
                if try scanner.kind() == .object {
                    try take(&entry)
                } else {
                    try walk(&resource)
                }
            case .request:
                entry.hasRequest = true
                try walk(&resource)
            case .response:
                entry.hasResponse = true
                try walk(&resource)
            case .search: entry.mode = try mode(of: &resource)
            default: try walk(member, of: &resource)
            }
        }
        return entry
    }

    /// Reads the resource of an entry.
    private mutating func take(_ entry: inout FHIRBundle.Entry) throws {
        let resource = try resource(.entry, entry.number)
        entry.hasResource = true
        entry.hasID = resource.id != nil
        entry.version = resource.version
        entry.key = resource.key
        guard let type = resource.type, let id = resource.id else {
            return
        }
        // A history has each version of a resource.
        entry.identity =
            resource.version.map { version in
                KeyHash.of(Array(FHIRTypes.names[type].utf8)[...], id[...], version[...])
            } ?? entry.key
    }

    /// Reads `search`: what an entry is among those that were found.
    private mutating func mode(of resource: inout FHIRResource) throws -> [UInt8]? {
        guard try scanner.kind() == .object else {
            try walk(&resource)
            return nil
        }
        var mode: [UInt8]?
        try scanner.beginObject()
        while let member = try scanner.nextMember() {
            if member == .mode {
                mode = try word(of: &resource)
            } else {
                try walk(member, of: &resource)
            }
        }
        return mode
    }

    private static let pages: Set<[UInt8]> = Set(
        ["next", "previous", "prev"].map { Array($0.utf8) }
    )
}
