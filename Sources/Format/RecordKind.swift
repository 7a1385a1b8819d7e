/// What a signed record tells of.
package enum RecordKind: String, Hashable, Sendable, CaseIterable {
    /// A keyless verification.
    case verification
    /// A restore drill.
    case drill
    /// A custodian proved the recovery key.
    case keyCheck = "key-check"
    /// Keys were sealed anew, to other recipients.
    case rewrap
    /// A host attacked one of its own stores.
    case attack
    /// A snapshot was put under a legal hold in a store, or released.
    case hold

    /// The type of the predicate that such a record has, as `urn:toride:drill:v1`.
    package var predicateType: String { "urn:toride:\(rawValue):v1" }

    /// The type of the predicate of a step that a person took after a drill. It stands in the chain
    /// of drills: it is of one of them.
    package static let drillStepType = "urn:toride:drill:step:v1"
}
