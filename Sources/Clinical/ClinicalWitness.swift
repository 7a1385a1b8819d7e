package import Format
import Model

/// What the clinical stores of a set were like when it was backed up, sealed with the snapshot.
package struct ClinicalWitness: Hashable, Sendable {
    /// What the document is called among the snapshot's attachments.
    package static let attachmentName = "clinical.json"
    private static let format = "toride/clinical/v1"

    /// One store of the set.
    package struct Store: Hashable, Sendable {
        /// Its root in the snapshot: bytes, without a leading slash.
        package let root: [UInt8]
        /// What it was like.
        package let profile: StoreProfile

        /// States what a store was like.
        package init(root: [UInt8], profile: StoreProfile) {
            self.root = root
            self.profile = profile
        }
    }

    /// The stores, in the configuration's order.
    package let stores: [Store]

    /// States what the stores were like.
    package init(stores: [Store]) {
        self.stores = stores
    }

    /// The profile of one store.
    ///
    /// - Parameters:
    ///   - root: its root in the snapshot.
    ///   - format: its format: one folder may be judged as two.
    /// - Returns: nil if the witness does not know the store.
    package func profile(of root: [UInt8], _ format: ClinicalFormat) -> StoreProfile? {
        stores.first { $0.root == root && $0.profile.format == format }?.profile
    }

    /// Canonical JSON.
    package var encoded: [UInt8] {
        let stores = stores.map { store in
            JSONValue.object([
                "profile": store.profile.json, "root": .string(Base64.encode(store.root)),
            ])
        }
        return JSONValue.object([
            "format": .string(Self.format), "stores": .array(stores),
        ]).canonical
    }

    /// Reads what ``encoded`` writes.
    ///
    /// - Throws: ``FormatError`` for anything else.
    package init(decoding bytes: [UInt8]) throws(FormatError) {
        let json = try JSONValue(canonical: bytes, of: "a clinical witness")
        var members = try JSONValue.Members(json, of: "a clinical witness")
        guard try members.string("format") == Self.format else {
            throw .unknownVersion("a clinical witness")
        }
        var stores: [Store] = []
        for value in try members.array("stores", max: Limits.clinicalStoresMax) {
            var store = try JSONValue.Members(value, of: "a clinical store")
            guard let root = Base64.decode(try store.string("root")) else {
                throw .invalid("a clinical store: its root is none")
            }
            let profile = try StoreProfile(json: try store.take("profile"))
            try store.finish()
            stores.append(Store(root: root, profile: profile))
        }
        try members.finish()
        self.stores = stores
    }
}
