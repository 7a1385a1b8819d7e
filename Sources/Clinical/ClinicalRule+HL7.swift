import Model

/// The rules of HL7 v2 messages outside of SS-MIX2, of whatever version and country.
extension ClinicalRule {
    /// A message that is not what its header says, or is cut.
    static let hl7Message = ClinicalRule(
        "H1",
        .hl7Invalid,
        .compared,
        "HL7 v2.5 §2.5 (segments, fields, delimiters), §2.9 (character sets), §2.15.9 (MSH)"
    )

    /// All of them.
    static let hl7Rules: [ClinicalRule] = [hl7Message]
}
