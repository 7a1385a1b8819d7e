import ObjectStore

extension AccessList {
    /// The groups of everybody, and of every user of the service.
    ///
    /// - SeeAlso: Amazon S3 User Guide, "Access control list (ACL) overview", "Amazon S3 predefined
    ///   groups".
    private static let openGroups = [
        "http://acs.amazonaws.com/groups/global/AllUsers",
        "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
    ]
    /// Ibid.: no list has more.
    private static let grantsMax = 100
    /// A canonical user ID has 64 digits, the name of a group or a user some more.
    private static let nameBytesMax = 256

    /// Reads the access list of a bucket (`AccessControlPolicy`): nil unless it names an owner, and
    /// each who was given a right.
    ///
    /// - Parameter policy: its outermost element.
    init?(_ policy: S3Element) {
        guard let owner = AccessList.name(policy.first("Owner")?["ID"]),
            let grants = policy.first("AccessControlList")?.all("Grant"),
            grants.count <= AccessList.grantsMax
        else {
            return nil
        }
        var grantees: [String] = []
        var addresses: Set<String> = []
        for grant in grants {
            let grantee = grant.first("Grantee")
            if let name = AccessList.name(grantee?["ID"] ?? grantee?["URI"]) {
                if name != owner, !grantees.contains(name) {
                    grantees.append(name)
                }
            } else if let address = AccessList.name(grantee?["EmailAddress"]) {
                addresses.insert(address)
            } else {
                return nil
            }
        }
        self.init(
            owner: owner,
            grantees: grantees,
            unnamed: addresses.count,
            isOpen: grantees.contains { AccessList.openGroups.contains($0) }
        )
    }

    /// A name as it is told; nil for none, and for one that is no name.
    private static func name(_ told: String?) -> String? {
        told.flatMap { (1...nameBytesMax).contains($0.utf8.count) ? $0 : nil }
    }
}
