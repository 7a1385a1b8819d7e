import FileSystem
import Glibc
import HostState
import Model
import TestSupport
import Testing

@Suite struct VerificationJournalTests {
    private static let start = Timestamp(seconds: 1_800_000_000)
    private static let day = Duration.seconds(86_400)

    private func later(_ days: Int64) -> Timestamp {
        Timestamp(seconds: Self.start.seconds + days * 86_400)
    }

    private func withState(_ body: (HostState) throws -> Void) throws {
        try withTemporaryFolder { folder in
            let state = HostState(path: "\(folder)/state")
            try state.prepare()
            try body(state)
        }
    }

    private func journal(
        _ state: HostState,
        of place: String = "primary",
        age: Duration? = day,
        at now: Timestamp = start
    ) throws -> VerificationJournal {
        try #require(try VerificationJournal(of: place, in: state, continuing: age, now: now))
    }

    /// The one file of a journal.
    private func path(_ state: HostState) throws -> String {
        let names = try FileHandle.open(state.path, O_RDONLY | O_DIRECTORY).names()
        let found = names.map { String(decoding: $0, as: UTF8.self) }
            .filter { $0.hasPrefix("verification-") && !$0.hasSuffix(".lock") }
        try #require(found.count == 1)
        return "\(state.path)/\(found[0])"
    }

    @Test func `what was noted is known to the next`() throws {
        try withState { state in
            let first = try journal(state)
            #expect(!first.isContinued && first.started == Self.start)
            for number in 0..<5_000 {
                first.note("packs/\(number)", size: UInt64(number), mark: "7-1.2")
            }
            try first.check()
            _ = consume first
            let second = try journal(state, at: later(1))
            #expect(second.isContinued && second.started == Self.start)
            #expect(
                (0..<5_000).allSatisfy {
                    second.has("packs/\($0)", size: UInt64($0), mark: "7-1.2")
                }
            )
            #expect(!second.has("packs/7", size: 7, mark: "8-1.2"), "another file")
            #expect(
                !second.has("packs/7", size: 8, mark: "7-1.2")
                    && !second.has("packs/5000", size: 5_000, mark: "7-1.2")
            )
            second.note("packs/5000", size: 5_000, mark: "7-1.2")
            try second.check()
            _ = consume second
            #expect(try journal(state).has("packs/5000", size: 5_000, mark: "7-1.2"))
        }
    }

    @Test func `one that is old, of the future or not asked for is begun anew`() throws {
        try withState { state in
            let cases: [(age: Duration?, now: Timestamp)] = [
                (nil, Self.start), (Self.day, later(2)), (Self.day, later(-1)),
            ]
            for (age, now) in cases {
                let first = try journal(state, age: nil)
                first.note("packs/a", size: 1, mark: "7-1.2")
                try first.check()
                _ = consume first
                let second = try journal(state, age: age, at: now)
                #expect(!second.isContinued && second.started == now)
                #expect(!second.has("packs/a", size: 1, mark: "7-1.2"))
                _ = consume second
                #expect(
                    try !journal(state, at: now).has("packs/a", size: 1, mark: "7-1.2"),
                    "nor later"
                )
            }
        }
    }

    @Test func `each store has its own, and one verification at a time`() throws {
        try withState { state in
            let first = try journal(state)
            first.note("packs/a", size: 1, mark: "7-1.2")
            let other = try VerificationJournal(
                of: "primary",
                in: state,
                continuing: Self.day,
                now: Self.start
            )
            #expect(other == nil)
            #expect(try !journal(state, of: "vault").has("packs/a", size: 1, mark: "7-1.2"))
            first.note("packs/b", size: 1, mark: "7-1.2")
            try first.check()
            _ = consume first
            #expect(try journal(state).has("packs/b", size: 1, mark: "7-1.2"))
        }
    }

    @Test func `nothing is left of one that came to its end`() throws {
        try withState { state in
            let first = try journal(state)
            first.note("packs/a", size: 1, mark: "7-1.2")
            try first.check()
            try first.remove()
            _ = consume first
            #expect(try !journal(state).isContinued)
        }
    }

    @Test func `a line that was cut tells nothing, and spoils no other`() throws {
        try withState { state in
            let first = try journal(state)
            first.note("packs/a", size: 1, mark: "7-1.2")
            first.note("packs/b", size: 234, mark: "7-1.2")
            try first.check()
            _ = consume first
            let path = try path(state)
            let bytes = try #require(try SmallFile.read(path, bytesMax: 1_000))
            for cut in 1..<bytes.count {
                try SmallFile.write(Array(bytes.prefix(cut)), to: path)
                let second = try journal(state)
                #expect(second.has("packs/a", size: 1, mark: "7-1.2") == (cut >= 38))
                #expect(
                    !second.has("packs/b", size: 2, mark: "7-1.2")
                        && !second.has("packs/b", size: 23, mark: "7-1.2")
                )
                second.note("packs/c", size: 3, mark: "7-1.2")
                try second.check()
                _ = consume second
                #expect(try journal(state).has("packs/c", size: 3, mark: "7-1.2"))
            }
        }
    }
}
