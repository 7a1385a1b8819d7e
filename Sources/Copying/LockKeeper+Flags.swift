import Format
package import Model
package import ObjectStore

extension LockKeeper {
    /// Makes all objects of the store immutable that are to be and are not.
    ///
    /// - Returns: one finding for all that cannot be, or none.
    /// - Throws: ``StoreError`` if the store does not tell what it has.
    package func flagFindings() throws(StoreError) -> [Finding] {
        guard let flagged else {
            return []
        }
        var first: Finding?
        var count = 0
        for object in try flagged.list(prefix: "") where isKept(object.key) {
            if let finding = try judge(object.key, flagged) {
                first = first ?? finding
                count += 1
            }
        }
        guard let told = first else {
            return []
        }
        let evidence = told.evidence.merging(["count": "\(count)"]) { $1 }
        return [Finding(told.code, told.subject, evidence: evidence)]
    }

    /// Makes an object immutable, unless it is.
    ///
    /// - Parameters:
    ///   - key: of the object.
    ///   - store: where it lies.
    /// - Returns: that it cannot be; nil if it is.
    /// - Throws: ``StoreError`` if it cannot be looked at.
    func judge(_ key: String, _ store: any FlaggedStore) throws(StoreError) -> Finding? {
        guard let reason = try store.protect(key) else {
            return nil
        }
        return Finding(
            .objectNotLocked,
            .object(key),
            evidence: ["mode": "none", "reason": reason, "wanted": "immutable"]
        )
    }

    /// Whether a snapshot or a record may be what lies under a key. The rest may come and go.
    private func isKept(_ key: String) -> Bool {
        let kind = StoredKind(key: key)
        return kind == .descriptor || kind.name != nil
    }
}
