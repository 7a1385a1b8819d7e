/// Where a reference leads, by its text alone.
///
/// - SeeAlso: FHIR R4 references.html#literal, #contained, #logical.
enum FHIRReference: Hashable, Sendable {
    /// `#`: the resource that holds the one that refers.
    case container
    /// `#id`: a resource that is contained in this one; the whole text.
    case contained([UInt8])
    /// `urn:uuid:…` or `urn:oid:…`: an entry of the same bundle, by its fullUrl.
    case urn
    /// `Patient/1`: a resource of the same store.
    case resource(type: Int, id: ArraySlice<UInt8>)
    /// `https://server/fhir/Patient/1`: a resource of some server, which may be this one.
    case address(type: Int, id: ArraySlice<UInt8>)
    /// The address of something that is no resource.
    case elsewhere
    /// `Patient?identifier=…`: what a server will find when it carries a transaction out.
    case conditional
    /// Nothing that a reference can be.
    case invalid

    /// How long a reference may be; FHIR sets no limit.
    static let bytesMax = 2_048

    /// Reads a reference.
    init(_ text: [UInt8]) {
        if text.first == UInt8(ascii: "#") {
            self = text.count == 1 ? .container : .contained(text)
            return
        }
        if text.starts(with: Self.urnUUID) || text.starts(with: Self.urnOID) {
            self = .urn
            return
        }
        // A fragment points into the resource; a version is one of it.
        let whole = text.prefix { $0 != UInt8(ascii: "#") }
        if whole.contains(UInt8(ascii: "?")) {
            self = .conditional
            return
        }
        let parts = whole.split(
            separator: UInt8(ascii: "/"),
            maxSplits: 64,
            omittingEmptySubsequences: false
        )
        let isAddress = parts[0].contains(UInt8(ascii: ":"))
        guard let (type, id) = Self.resource(parts) else {
            self = isAddress ? .elsewhere : .invalid
            return
        }
        if isAddress {
            self = .address(type: type, id: id)
        } else {
            self = parts.count == 2 || parts.count == 4 ? .resource(type: type, id: id) : .invalid
        }
    }

    /// Whether a text is an id: 1 to 64 letters, digits, `-` and `.` (FHIR R4 datatypes.html#id).
    static func isID(_ text: ArraySlice<UInt8>) -> Bool {
        (1...64).contains(text.count)
            && text.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }

    private static let urnUUID = Array("urn:uuid:".utf8)
    private static let urnOID = Array("urn:oid:".utf8)
    private static let history = Array("_history".utf8)

    /// `…/Type/id` or `…/Type/id/_history/version`.
    private static func resource(
        _ parts: [ArraySlice<UInt8>]
    ) -> (type: Int, id: ArraySlice<UInt8>)? {
        var parts = parts[...]
        if parts.count >= 4, parts[parts.endIndex - 2].elementsEqual(history) {
            guard isID(parts[parts.endIndex - 1]) else {
                return nil
            }
            parts = parts.dropLast(2)
        }
        guard parts.count >= 2, isID(parts[parts.endIndex - 1]),
            let type = FHIRTypes.words.number(of: parts[parts.endIndex - 2])
        else {
            return nil
        }
        return (type, parts[parts.endIndex - 1])
    }
}
