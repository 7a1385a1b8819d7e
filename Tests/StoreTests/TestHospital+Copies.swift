import Backup
import Copying
import Format
import LocalStore
import Model
import ObjectStore
import TestSupport
import Verification

/// What tests of copies in real servers do with a hospital.
extension TestHospital {
    /// Backs up two states of some files.
    ///
    /// - Parameter store: where to; nil for the hospital's own.
    /// - Returns: the newest manifest, as a host remembers it.
    /// - Throws: what a backup throws.
    func backUpTwice(to store: (any ObjectStore)? = nil) throws -> [SetID: [Head]] {
        var random = SeededGenerator(seed: 5)
        var heads: [SetID: [Head]] = [:]
        for number in 1...2 {
            try write("a/\(number)", random.bytes(3_000))
            try write("large", random.bytes(300_000))
            let made = try backUp(to: store)
            heads[made.set] = [Head(sequence: made.manifest.sequence, name: made.name)]
        }
        return heads
    }

    /// The keys of the hospital's own store that a copy is to have.
    func neededKeys() throws -> [String] {
        try keys().filter { StoredKind(key: $0) != .aside }
    }

    /// Brings what lies in the hospital's own store to another.
    ///
    /// - Parameters:
    ///   - heads: the sets that there are.
    ///   - target: where to.
    /// - Returns: what was sent, and what was found.
    /// - Throws: what a copy throws.
    func copy(_ heads: [SetID: [Head]], to target: any ObjectStore) throws -> CopyReport {
        let request = CopyRun.Request(
            from: [store],
            to: target,
            sets: Set(heads.keys),
            signers: try signers()
        )
        return try CopyRun(request, clock: LockConformance.clock).run()
    }

    /// Verifies another store than the hospital's own.
    ///
    /// - Parameters:
    ///   - store: which.
    ///   - heads: the newest manifests that must be there.
    /// - Returns: what was found.
    /// - Throws: what a verification throws.
    func verify(_ store: any ObjectStore, heads: [SetID: [Head]]) throws -> VerificationReport {
        let request = Verifier.Request(signers: try signers(), heads: heads)
        return try Verifier(store: store, request: request).run()
    }
}
