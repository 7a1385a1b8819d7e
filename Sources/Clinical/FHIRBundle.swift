/// What rules need of a bundle, while its entries are read.
///
/// - SeeAlso: FHIR R4 bundle.html, constraints bdl-1 to bdl-8.
struct FHIRBundle {
    /// One entry.
    struct Entry {
        /// Which one, from 1.
        var number: UInt64
        /// `fullUrl`; nil if it has none.
        var fullURL: [UInt8]?
        /// `search.mode`; nil if it has none.
        var mode: [UInt8]?
        /// Whether it has a resource.
        var hasResource = false
        /// Whether it says what a server shall do.
        var hasRequest = false
        /// Whether it says what a server has done.
        var hasResponse = false
        /// Whether the resource in it has an id.
        var hasID = false
        /// The resource's version; nil if it has none.
        var version: [UInt8]?
        /// The key that the address in `fullUrl` ends with; nil for other names.
        var namedKey: UInt64?
        /// The key of the resource; nil if it has no type or id.
        var key: UInt64?
        /// What the resource is, once in a store; nil if it cannot be told.
        var identity: UInt64?
    }

    /// What a type of bundle demands.
    private struct Demands {
        var request = false
        var response = false
        var total = false
        var ids = false
        var isStored = false
        var isHistory = false
    }

    /// How many entries there are.
    private(set) var count: UInt64 = 0
    /// Whether an entry has a resource.
    private(set) var hasResources = false
    /// `total`; nil if it is no natural number.
    var total: UInt64?
    /// Whether it has a `total`.
    var hasTotal = false
    /// Whether there is a page before or after this one.
    var isPage = false
    /// What its entries are, if it is a store's.
    private(set) var identities: [UInt64] = []
    private var matches: UInt64 = 0
    private var requests: UInt64 = 0
    private var responses: UInt64 = 0
    private var firstEmpty: UInt64?
    private var firstWithoutID: UInt64?
    private var firstTwice: UInt64?
    private var firstVersioned: UInt64?
    private var misnamed: UInt64 = 0
    private var urls: Set<UInt64> = []

    /// Takes the next entry.
    mutating func take(_ entry: Entry) {
        count &+= 1
        hasResources = hasResources || entry.hasResource
        matches &+= Self.others.contains(entry.mode ?? []) ? 0 : 1
        requests &+= entry.hasRequest ? 1 : 0
        responses &+= entry.hasResponse ? 1 : 0
        if !entry.hasResource, !entry.hasRequest, !entry.hasResponse {
            firstEmpty = firstEmpty ?? entry.number
        }
        if entry.hasResource, !entry.hasID {
            firstWithoutID = firstWithoutID ?? entry.number
        }
        if let identity = entry.identity {
            identities.append(identity)
        }
        if let name = entry.namedKey, let key = entry.key, name != key {
            misnamed &+= 1
        }
        guard let url = entry.fullURL else {
            return
        }
        if url.contains(Self.versionMark) {
            firstVersioned = firstVersioned ?? entry.number
        }
        // bdl-7: the same address is right for another version.
        if !urls.insert(KeyHash.of(url[...], (entry.version ?? [])[...])).inserted {
            firstTwice = firstTwice ?? entry.number
        }
    }

    /// Whether its entries are resources of a store, each of which is there once.
    ///
    /// - Parameter type: `type`.
    /// - Returns: false for what is only on its way to or from a server, and for documents.
    func isStored(type: [UInt8]?) -> Bool {
        type.flatMap { Self.types[$0] }?.isStored == true
    }

    /// What is wrong with it.
    ///
    /// - Parameter type: `type`; nil if it has none.
    /// - Returns: each rule and member once.
    func faults(type: [UInt8]?) -> [FHIRResource.Fault] {
        guard let demands = type.flatMap({ Self.types[$0] }) else {
            return [FHIRResource.Fault(rule: .fhirBundle, member: "type")]
        }
        var faults: [FHIRResource.Fault] = []
        func wrong(_ member: String) {
            faults.append(FHIRResource.Fault(rule: .fhirBundle, member: member))
        }
        if hasTotal, !isTotalRight(demands) {
            wrong("total")
        }
        if let firstEmpty {
            wrong("entry[\(firstEmpty)]")
        }
        // bdl-3 and bdl-4: with all entries or with none.
        if requests != (demands.request ? count : 0) {
            wrong("entry.request")
        }
        let isAnswered = responses == (demands.response ? count : 0)
        if !isAnswered, !(demands.isHistory && responses == count) {
            wrong("entry.response")
        }
        if let firstTwice, !demands.isHistory {
            wrong("entry[\(firstTwice)].fullUrl")
        }
        if let firstVersioned {
            wrong("entry[\(firstVersioned)].fullUrl")
        }
        if demands.ids, let firstWithoutID {
            wrong("entry[\(firstWithoutID)].resource.id")
        }
        if misnamed > 0 {
            // The number is part of the place: one more is another violation.
            let member = "entry.fullUrl (\(misnamed))"
            faults.append(FHIRResource.Fault(rule: .fhirFullURL, member: member))
        }
        return faults
    }

    /// bdl-1: only searches and histories have one. It counts matches, of this page and others,
    /// but not what is included with them.
    private func isTotalRight(_ demands: Demands) -> Bool {
        guard demands.total, let total else {
            return false
        }
        return isPage || demands.isHistory ? total >= matches : total == matches
    }

    private static let versionMark = Array("/_history/".utf8)
    private static let others: Set<[UInt8]> = [
        Array("include".utf8), Array("outcome".utf8),
    ]
    private static let types: [[UInt8]: Demands] = [
        Array("document".utf8): Demands(),
        Array("message".utf8): Demands(),
        Array("transaction".utf8): Demands(request: true),
        Array("transaction-response".utf8): Demands(response: true),
        Array("batch".utf8): Demands(request: true),
        Array("batch-response".utf8): Demands(response: true),
        Array("history".utf8): Demands(
            request: true,
            total: true,
            ids: true,
            isStored: true,
            isHistory: true
        ),
        Array("searchset".utf8): Demands(total: true, ids: true, isStored: true),
        Array("collection".utf8): Demands(isStored: true),
    ]
}

extension [UInt8] {
    /// Whether these bytes stand somewhere in it.
    fileprivate func contains(_ part: [UInt8]) -> Bool {
        guard count >= part.count else {
            return false
        }
        return (0...count - part.count).contains { self[$0..<$0 + part.count].elementsEqual(part) }
    }
}
