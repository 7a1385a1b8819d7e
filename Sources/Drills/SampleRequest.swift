package import Model
import Primitives

/// That a sample of a set's files is to come back, how sure it must be, and what chooses it.
package struct SampleRequest: Hashable, Sendable {
    /// How sure.
    package let aim: SampleAim
    /// What chooses the files: FORMAT.md §13.1. Neither the plan nor a drill of another set has a
    /// say in it.
    package let seed: Digest

    /// Asks for a sample.
    ///
    /// - Parameters:
    ///   - aim: how sure it must be.
    ///   - previous: the newest drill's record that is about the set; nil before the first.
    ///   - manifest: of the snapshot that is drilled.
    package init(_ aim: SampleAim, after previous: ObjectName?, of manifest: ObjectName) {
        self.aim = aim
        var bytes = Array("toride/sample-seed/v1".utf8)
        (previous?.digest ?? .zero).append(to: &bytes)
        manifest.digest.append(to: &bytes)
        seed = SHA256.hash(bytes)
    }
}
