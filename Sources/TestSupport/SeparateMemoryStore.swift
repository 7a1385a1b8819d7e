package import ObjectStore

/// An area in memory, of a service that lets in whom a test says.
package final class SeparateMemoryStore: SeparateStore, StoreWrapper {
    /// Who asks without credentials, among those who are let in.
    package static let anyone = "anyone"

    /// Names the area, and whoever asks with its credentials.
    package let place: String
    /// In which it lies.
    package let service: String
    /// What lies in it.
    package let base: any ObjectStore
    private let told: AccessList?
    private let policy: Bool?
    private let admitted: Set<String>
    private let unanswered: Set<String>

    /// Holds nothing yet.
    ///
    /// - Parameters:
    ///   - place: its name.
    ///   - service: in which it lies.
    ///   - access: whose it is, as the service tells; nil for nothing.
    ///   - isPublic: whether a policy lets everybody in; nil where the service does not tell.
    ///   - admitted: the places of the stores whose credentials open it, most often its own.
    ///   - unanswered: the places of those who get no answer.
    ///   - base: what lies in it.
    package init(
        _ place: String,
        in service: String = "a service",
        access: AccessList?,
        isPublic: Bool? = false,
        admits admitted: Set<String>,
        ignores unanswered: Set<String> = [],
        _ base: any ObjectStore = MemoryStore([:])
    ) {
        self.place = place
        self.service = service
        self.admitted = admitted
        self.unanswered = unanswered
        self.base = base
        told = access
        policy = isPublic
    }

    /// Looks whether its own credentials open it.
    package func checkCredentials() throws(StoreError) {
        guard admitted.contains(place) else {
            throw failed("looking into", "403 InvalidAccessKeyId")
        }
    }

    /// Writes, if the stranger is let in.
    package func trespass(
        by stranger: (any SeparateStore)?,
        on key: String,
        writing other: String
    ) throws(StoreError) -> AttackAnswer {
        let who = stranger?.place ?? SeparateMemoryStore.anyone
        guard !unanswered.contains(who) else {
            throw failed("trespassing on", "500 InternalError")
        }
        guard try size(of: key) != nil else {
            throw .missing(key: key, place: place)
        }
        guard admitted.contains(who) else {
            return .refused("403 AccessDenied")
        }
        try put([1], at: other)
        return .done
    }

    /// Whose it is, if the service tells.
    package func accessList() throws(StoreError) -> AccessList {
        guard let told else {
            throw failed("looking at the owner of", "501 NotImplemented")
        }
        return told
    }

    /// Whether a policy lets everybody in, if the service tells.
    package func isPublic() throws(StoreError) -> Bool {
        guard let policy else {
            throw failed("looking at the policy of", "403 AccessDenied")
        }
        return policy
    }

    private func failed(_ operation: String, _ reason: String) -> StoreError {
        .failed(
            operation: operation,
            key: "the area",
            place: place,
            reason: reason,
            hint: "a test's fault"
        )
    }
}
