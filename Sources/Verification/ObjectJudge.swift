import Format
import Model
import ObjectStore

/// Judges the stored objects against what the snapshots need: those that are missing, and each one
/// that was read.
struct ObjectJudge {
    let closure: Closure
    /// Whether every set is asked for; only then is it told what nothing needs.
    let isEverything: Bool
    /// Whether all that is needed is known: every manifest and every page was read. Else nobody can
    /// say of an object that nothing needs it.
    private let knowsAllNeeds: Bool
    /// What lies in the store: every key, and a key that each name has.
    private var present: Set<String> = []
    private var places: [ObjectName: String] = [:]

    init(
        closure: Closure,
        isEverything: Bool,
        knowsAllManifests: Bool,
        present: [(name: ObjectName, object: StoredObject)]
    ) {
        self.closure = closure
        self.isEverything = isEverything
        knowsAllNeeds = knowsAllManifests && closure.isWhole
        for (name, object) in present {
            self.present.insert(object.key)
            places[name] = object.key
        }
    }

    /// Whether an object is to be read: an object counts only in its own place.
    func wants(_ name: ObjectName, _ object: StoredObject) -> Bool {
        isEverything || closure.needed[name]?.key == object.key
    }

    /// What is needed and is not there.
    func missing() -> [Finding] {
        closure.needed.filter { !present.contains($0.value.key) }
            .sorted { $0.value.key < $1.value.key }
            .map { name, needed in
                Finding(
                    .objectMissing,
                    .object(needed.key),
                    breaks: closure.snapshots(of: name)
                )
            }
    }

    /// Pages that could not be taken, though nothing else is said of them: they were read well
    /// later. What they name is not known, so nothing may pass for whole.
    func untaken(toldOf findings: [Finding]) -> [Finding] {
        let told = Set(findings.map(\.subject))
        return closure.untaken.compactMap { name in
            let key = StoreKey.list(name)
            guard !told.contains(.object(key)) else {
                return nil
            }
            return Finding(
                .objectUnreadable,
                .object(key),
                evidence: ["reason": "could not be read at first"],
                breaks: closure.snapshots(of: name)
            )
        }
    }

    /// What is wrong with one object that was read.
    func judge(_ object: Reading.Result) -> Finding? {
        let needed = closure.needed[object.name].flatMap { $0.key == object.key ? $0 : nil }
        if let reason = object.failure {
            return Finding(
                .objectUnreadable,
                .object(object.key),
                evidence: ["reason": reason],
                breaks: breaks(needed, object.name)
            )
        }
        guard object.digest == object.name.digest else {
            return wrongBytes(object, needed)
        }
        if let needed {
            if let size = needed.size, size != object.bytes {
                return Finding(
                    .manifestListInvalid,
                    .object(object.key),
                    breaks: breaks(needed, object.name)
                )
            }
            return nil
        }
        let isRecord = object.key.hasPrefix("records/")
        return isRecord || !knowsAllNeeds
            ? nil : Finding(.objectUnreferenced, .object(object.key))
    }

    private func wrongBytes(_ object: Reading.Result, _ needed: Closure.Needed?) -> Finding {
        var evidence = ["bytes": "\(object.bytes)"]
        if let size = needed?.size, size != object.bytes {
            evidence["bytesExpected"] = "\(size)"
        }
        let other = places[ObjectName(object.digest)]
        if let other {
            evidence["holds"] = other
        }
        return Finding(
            other == nil ? .objectDamaged : .objectMisnamed,
            .object(object.key),
            evidence: evidence,
            breaks: breaks(needed, object.name)
        )
    }

    /// The snapshots that need an object. Worked out for bad objects only: it takes a while where
    /// there are many snapshots.
    private func breaks(_ needed: Closure.Needed?, _ name: ObjectName) -> [SnapshotRef] {
        needed == nil ? [] : closure.snapshots(of: name)
    }
}
