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

    /// The type of the predicate that such a record has, as `urn:toride:drill:v1`.
    package var predicateType: String { "urn:toride:\(rawValue):v1" }
}
