import DeepVerification
import Format
package import Jobs
import Model
import ObjectStore
package import Opening
import Recovery
import Repository
import Sealing
package import Verification
package import Workers

/// The part of `verify --deep` that needs an identity: goes on where a verification without keys
/// has ended.
package final class DeepVerifyJob {
    private let identities: AgeIdentities
    private let stop: StopFlag

    /// Prepares it.
    ///
    /// - Parameters:
    ///   - identities: of a recipient of the snapshots.
    ///   - stop: asked between chunks.
    package init(_ identities: consuming AgeIdentities, stop: StopFlag) {
        self.identities = identities
        self.stop = stop
    }

    /// Sees whether the identity opens anything, before hours are spent on reading.
    ///
    /// - Parameter parts: what is going to be verified.
    /// - Throws: ``OpeningError/noIdentityMatched(tried:sealedTo:stanzas:)`` if it opens no key of
    ///   any believed snapshot, and one is not its own; ``RepositoryError`` if a store cannot be
    ///   looked at and there is no other.
    package func checkIdentity(for parts: [VerifyPlan.Part]) throws {
        var refusal: OpeningError?
        for part in parts {
            do {
                if try opens(part, &refusal) {
                    return
                }
            } catch  where parts.count > 1 && (error is RepositoryError || error is StoreError) {
                continue  // It keeps no other from its turn, and is told when it comes to its own.
            }
        }
        if let refusal {
            throw refusal
        }
    }

    private func opens(
        _ part: VerifyPlan.Part,
        _ refusal: inout OpeningError?
    ) throws -> Bool {
        let history = try History(of: part.store, trusting: part.request.signers)
        let sets = part.request.sets ?? history.sets
        let believed = sets.sorted().flatMap { set in
            Chain.links(of: history.manifests[set] ?? []).filter(\.isTrusted)
        }
        return try opens(believed, of: part, &refusal)
    }

    private func opens(
        _ believed: [StoredManifest],
        of part: VerifyPlan.Part,
        _ refusal: inout OpeningError?
    ) throws -> Bool {
        var seen: Set<ObjectName> = []
        let rewraps = try Rewraps(of: part.store)
        for stored in believed.reversed() {
            try stop.check()
            let manifest = stored.manifest
            let repository = Repository(
                store: part.store,
                knownAs: Descriptor(repository: manifest.repository)
            )
            let pages = manifest.pages.compactMap { try? repository.page($0) }
            let own = pages.flatMap(\.entries).map(\.object).filter { $0.kind == .key }
            let further = (manifest.keys + [manifest.secret]).flatMap {
                rewraps.objects(for: $0, of: manifest.set)
            }
            for object in own + further where seen.insert(object.name).inserted {
                do {
                    _ = try repository.openKey(
                        object,
                        of: SealingScope(repository: manifest.repository, set: manifest.set),
                        with: identities,
                        sealedTo: manifest.recipients.compactMap { try? AgeRecipient($0) }
                    )
                    return true
                } catch let error as OpeningError {
                    if case .noIdentityMatched = error {
                        refusal = refusal ?? error
                    }
                } catch {
                    // What is damaged or false is told by the verification that follows.
                    continue
                }
            }
        }
        return false
    }

    /// Opens and judges what a report believes, and adds to it what is found.
    ///
    /// - Parameters:
    ///   - report: of the verification of this part without keys.
    ///   - part: what was verified.
    ///   - progress: told of bytes that were opened and bytes to open.
    /// - Throws: ``Stopped``; if the store cannot be looked at.
    package func complete(
        _ report: inout VerificationReport,
        of part: VerifyPlan.Part,
        progress: @escaping Verifier.Progress
    ) throws {
        let verifier = DeepVerifier(store: part.store, stop: stop)
        try verifier.complete(&report, with: identities, progress: progress)
    }
}
