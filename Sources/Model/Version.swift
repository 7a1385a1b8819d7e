/// What this program calls itself, in manifests and records too.
package enum Version {
    /// Semantic version.
    package static let number = "0.1.0"
    /// For manifests.
    package static let tool = "toride \(number)"
}
