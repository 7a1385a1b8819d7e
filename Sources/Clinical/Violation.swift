/// A rule that one file breaks, and where.
package struct Violation: Hashable, Sendable {
    /// What is broken.
    package let rule: ClinicalRule
    /// Where in the file, in the format's own words, as `PID-3` or `(0028,0010)`; empty for the
    /// whole of it. Never a value: values are patient data.
    package let place: String

    /// States a violation.
    package init(_ rule: ClinicalRule, at place: String = "") {
        self.rule = rule
        self.place = place
    }
}
