import Format
package import Model
package import Repository
import Verification
package import Workers

/// A set in a drill of level 0 or 1: nothing is restored, nothing opened. Whether the objects of
/// its snapshot are there, or have every bit that they had, is judged by the keyless verifier.
package final class CopiesPart: DrillPart {
    /// How closely is looked.
    package enum Depth: Int, Hashable, Sendable {
        /// Every object is there at its full size.
        case presence = 0
        /// Every byte is read and hashed.
        case bits = 1
    }

    /// The set's name in the configuration.
    package let set: String
    /// The snapshot whose objects are looked for.
    package let stored: StoredManifest
    /// The moment of the source's view; nil if nobody could open the snapshot.
    package let cut: Timestamp?
    /// Nothing comes back.
    package let restores = false
    /// A store that could not be looked at shows nothing about the data.
    package let failureCode = FindingCode.objectUnreadable
    private let repository: Repository
    private let depth: Depth
    private let stop: StopFlag

    /// Prepares a part.
    ///
    /// - Parameters:
    ///   - set: its name.
    ///   - stored: the manifest of what is drilled, read and believed.
    ///   - cut: the moment of the source's view, if it is known.
    ///   - repository: where the objects are to lie.
    ///   - depth: how closely is looked.
    ///   - stop: asked between objects.
    package init(
        set: String,
        stored: StoredManifest,
        cut: Timestamp?,
        in repository: Repository,
        depth: Depth,
        stop: StopFlag
    ) {
        self.set = set
        self.stored = stored
        self.cut = cut
        self.repository = repository
        self.depth = depth
        self.stop = stop
    }

    /// 0, or 1 if every bit was read.
    package var level: Int { depth.rawValue }

    /// Restores nothing.
    package func restore(_ context: DrillContext) throws -> [Finding] { [] }

    /// Judges the objects where they lie.
    package func judge(_ context: DrillContext) throws -> [Finding] {
        let report = try verifier(repository).run(depth == .bits ? .content : .presence)
        context.progress(
            "\(set): \(report.objectsRead) objects read, \(ByteCount(report.bytesRead))"
        )
        return report.findings
    }

    private func verifier(_ repository: Repository) -> SnapshotVerifier {
        SnapshotVerifier(stored, in: repository, stop: stop)
    }
}

// MARK: - Negative controls

extension CopiesPart {
    /// What is done to a copy of one object, or to what a listing tells of it.
    private enum Deed: String {
        case gone = "object missing"
        case cut = "object cut short"
        case altered = "altered byte"
        case unlisted = "list page missing"

        var expected: FindingCode {
            switch self {
            case .gone, .unlisted: .objectMissing
            case .cut, .altered: .objectDamaged
            }
        }
    }

    /// Spoils copies of objects that the seed chooses, in memory and in front of the store, and
    /// asks the same verifier. At level 0 no byte is looked at, so none is altered.
    package func controls(_ context: DrillContext) throws -> [DrillControl] {
        var objects = Reservoir<Victim>(seed: context.seed.prefix)
        var pages = Reservoir<Victim>(seed: context.seed.prefix)
        for name in stored.manifest.pages {
            pages.offer(Victim(key: StoreKey.list(name), name: name, size: 0))
            for object in try repository.page(name).entries.map(\.object) where object.size > 0 {
                objects.offer(
                    Victim(key: object.storeKey, name: object.name, size: Int(object.size))
                )
            }
        }
        guard let object = objects.chosen, let page = pages.chosen else {
            return []
        }
        var controls = [
            try control(.gone, object), try control(.cut, object), try control(.unlisted, page),
        ]
        if depth == .bits {
            controls.append(try control(.altered, object))
        }
        return controls
    }

    private struct Victim {
        let key: String
        let name: ObjectName
        let size: Int
    }

    private func control(_ deed: Deed, _ victim: Victim) throws -> DrillControl {
        let bytes = try bytes(after: deed, of: victim)
        let seen = bytes.map { AlteredStore.Appearance.replaced($0) } ?? .gone
        let spoilt = AlteredStore(repository.store) { $0 == victim.key ? seen : .asItIs }
        let verifier = verifier(Repository(store: spoilt, knownAs: repository.descriptor))
        // Of everything else it was judged already.
        let findings = try verifier.run(depth == .bits ? .contentOf([victim.name]) : .presence)
            .findings
        let isFound = findings.contains {
            $0.code == deed.expected && $0.subject == .object(victim.key)
        }
        return DrillControl(
            set: set,
            sabotage: deed.rawValue,
            foundAs: isFound ? deed.expected : nil
        )
    }

    /// What stands in the object's place; nil for nothing.
    private func bytes(after deed: Deed, of victim: Victim) throws -> [UInt8]? {
        switch deed {
        case .gone, .unlisted: return nil
        case .cut where depth == .presence:
            // Its size is all that is looked at.
            return [UInt8](repeating: 0, count: victim.size - 1)
        case .cut, .altered:
            var bytes = try repository.get(
                victim.key,
                name: victim.name,
                bytesMax: Limits.objectBytesMax
            )
            if deed == .cut {
                return Array(bytes.dropLast())
            }
            if !bytes.isEmpty {
                bytes[bytes.count / 2] ^= 1
            }
            return bytes
        }
    }
}
