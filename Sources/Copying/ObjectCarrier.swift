import Format
import Model
import ObjectStore
import Synchronization
import Workers

/// Carries objects to a store, several at once: read from whichever source has it whole, hashed,
/// stored, and its lock read back.
struct ObjectCarrier: Sendable {
    /// An object that is to lie in the target.
    struct Item: Hashable, Sendable {
        let key: String
        /// What its bytes must hash to.
        let name: ObjectName
        /// The number of its bytes.
        let size: UInt64
        /// What it is, where a list page says so.
        var kind: ObjectKind?
    }

    /// What became of some.
    struct Carried: Sendable {
        var objects = 0
        var bytes: UInt64 = 0
        var present = 0
        var findings: [Finding] = []
        /// Those that lie in the target now.
        var done: [String] = []
        /// Those that no source has whole.
        var failed: Set<String> = []
    }

    /// Requests on their way at once: a server far away takes its time for each.
    static let workers = 16
    /// Bytes of objects in memory at once: three packs of the largest.
    private static let bytesInFlightMax = 3 * Limits.packBytesMax

    let sources: [any ObjectStore]
    let target: any ObjectStore
    let locks: LockKeeper
    let stop: StopFlag

    /// Carries objects, and looks after the locks of those that are there already.
    ///
    /// - Parameters:
    ///   - absent: what is to be sent.
    ///   - present: what is there at full size.
    ///   - progress: told of bytes that were sent.
    /// - Returns: what became of them; the findings do not know the snapshots that they break.
    /// - Throws: ``StoreError`` if the target fails; ``Stopped``.
    func carry(
        _ absent: [Item],
        _ present: [Item],
        _ progress: @escaping CopyRun.Progress
    ) throws -> Carried {
        // Nothing is asked about those that are there unless locks are to be kept.
        let round = Round(
            absent,
            locks.isNeeded ? present : [],
            Carried(present: present.count, done: locks.isNeeded ? [] : present.map(\.key))
        )
        Workers.run(min(Self.workers, round.count)) { _ in
            work(on: round, progress)
        }
        try stop.check()
        if let error = round.failure.withLock({ $0 }) {
            throw error
        }
        return round.carried.withLock { $0 }
    }

    /// What one worker does: one object after the other, until none is left or one has failed.
    private func work(
        on round: Round,
        _ progress: CopyRun.Progress
    ) {
        while !stop.isStopping, round.failure.withLock({ $0 == nil }) {
            let number = round.next.add(1, ordering: .relaxed).oldValue
            guard number < round.count else {
                return
            }
            do throws(StoreError) {
                if number < round.absent.count {
                    let sent = try send(round.absent[number], round.room)
                    let done = round.carried.withLock { carried in
                        carried.add(sent, round.absent[number])
                        return carried.bytes
                    }
                    progress(done)
                } else {
                    let item = round.looked[number - round.absent.count]
                    let finding = try locks.judgeOld(item.key)
                    round.carried.withLock {
                        $0.done.append(item.key)
                        $0.findings += finding.map { [$0] } ?? []
                    }
                }
            } catch {
                round.failure.withLock { $0 = $0 ?? error }
            }
        }
    }

    /// Reads a list page from the first source that has it whole.
    ///
    /// - Parameters:
    ///   - page: its name.
    ///   - ref: the snapshot that needs it, for findings.
    ///   - report: gets what is wrong with it.
    /// - Returns: its bytes; nil if no source has it whole.
    /// - Throws: ``StoreError`` if the first source is away.
    func read(
        page: ObjectName,
        breaking ref: SnapshotRef,
        _ report: inout CopyReport
    ) throws(StoreError) -> [UInt8]? {
        let found = try ObjectSources(stores: sources).fetch(page: page, breaking: ref)
        report.findings += found.findings
        return found.bytes
    }

    /// What the workers share that carry some objects.
    private final class Round: Sendable {
        let absent: [Item]
        /// Those that are there, whose locks are looked after.
        let looked: [Item]
        let carried: Mutex<Carried>
        let failure = Mutex<StoreError?>(nil)
        let next = Atomic(0)
        /// Bytes in memory.
        let room = Monitor(0)

        var count: Int { absent.count + looked.count }

        init(_ absent: [Item], _ looked: [Item], _ carried: Carried) {
            self.absent = absent
            self.looked = looked
            self.carried = Mutex(carried)
        }
    }

    // MARK: - One object

    struct Sent: Sendable {
        var bytes: Int?
        var findings: [Finding] = []
    }

    private func send(
        _ item: Item,
        _ room: Monitor<Int>
    ) throws(StoreError) -> Sent {
        let size = Int(clamping: item.size)
        room.wait { taken -> Void? in
            // One that is larger than all the room goes alone.
            guard taken == 0 || taken + size <= Self.bytesInFlightMax else {
                return nil
            }
            taken += size
            return ()
        }
        defer { room.withLock { $0 -= size } }
        var sent = Sent()
        let found = try ObjectSources(stores: sources).fetch(item)
        sent.findings = found.findings
        guard let bytes = found.bytes else {
            return sent
        }
        try target.put(bytes, at: item.key)
        sent.bytes = bytes.count
        if let finding = try locks.judgeNew(item.key) {
            sent.findings.append(finding)
        }
        return sent
    }
}

extension ObjectCarrier.Item {
    /// One that is listed; nil for what no hash names.
    init?(_ object: StoredObject) {
        guard let name = StoredKind(key: object.key).name else {
            return nil
        }
        self.init(key: object.key, name: name, size: object.size)
    }

    /// One that a list page or a rewrap names.
    init(_ object: ObjectRef) {
        self.init(
            key: object.storeKey,
            name: object.name,
            size: object.size,
            kind: object.kind
        )
    }
}

extension ObjectCarrier.Carried {
    fileprivate mutating func add(_ sent: ObjectCarrier.Sent, _ item: ObjectCarrier.Item) {
        findings += sent.findings
        guard let bytes = sent.bytes else {
            failed.insert(item.key)
            return
        }
        objects += 1
        self.bytes += UInt64(bytes)
        done.append(item.key)
    }
}
