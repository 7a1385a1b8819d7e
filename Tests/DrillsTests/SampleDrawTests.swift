import Format
import Model
import Primitives
import Testing

@testable import Drills

/// Which files a sample has.
@Suite struct SampleDrawTests {
    private static let cut = Timestamp(seconds: 2_000_000_000)
    private static let day: Int64 = 86_400

    /// 90 % and 20 %: 11 files are drawn.
    private func aim() throws -> SampleAim {
        SampleAim(
            confidence: try #require(Percentage("90%")),
            defects: try #require(Percentage("20%"))
        )
    }

    private func record(
        _ path: String,
        size: UInt64 = 100,
        age: Int64 = 0,
        changed: Int64 = 0,
        _ kind: FileRecord.Kind? = nil
    ) -> FileRecord {
        let content = FileRecord.Content(size: size, digest: .zero, extents: nil, pieces: [])
        return FileRecord(
            path: Array(path.utf8),
            kind: kind ?? .regular(content),
            mode: 0o644,
            uid: 0,
            gid: 0,
            modified: Timestamp(seconds: Self.cut.seconds - age),
            identity: FileRecord.Identity(
                device: 0,
                inode: 0,
                changed: Timestamp(seconds: Self.cut.seconds - changed)
            ),
            attributes: []
        )
    }

    /// 500 files, ten days between two of them, the first the newest.
    private func records() -> [FileRecord] {
        (0..<500).map { number in
            let age = Int64(number) * 10 * Self.day
            return record("a/\(1_000 + number)", age: age, changed: age)
        }
    }

    private func draw(
        _ records: [FileRecord],
        seed: UInt8 = 1,
        stores: [String] = [],
        demanding: [String] = []
    ) throws -> DrawnSample? {
        var draw = SampleDraw(
            try aim(),
            seed: SHA256.hash([seed]),
            cut: Self.cut,
            stores: stores.map { Array($0.utf8) },
            demanding: demanding.map { Array($0.utf8) }
        )
        for record in records {
            draw.offer(record)
        }
        return draw.finish()
    }

    private func has(_ sample: DrawnSample, _ path: String) -> Bool {
        sample.paths.contains(Array(path.utf8))
    }

    // MARK: - By chance

    @Test(arguments: UInt8(1)...5)
    func `whoever has the seed and the paths draws the same, with other means`(
        seed: UInt8
    ) throws {
        let records = records()
        let sample = try #require(try draw(records, seed: seed))
        let start = SHA256.hash([seed]).bytes
        let least = records.map(\.path).sorted {
            SHA256.hash(start + $0).hex < SHA256.hash(start + $1).hex
        }
        #expect(sample.drawn == 11 && sample.files == 500)
        #expect(sample.paths.isSuperset(of: least.prefix(11)))
        #expect(sample.drawnPaths == Set(least.prefix(11)) && sample.seed.bytes == start)
        func digest(_ paths: Set<[UInt8]>) -> Digest {
            let text = paths.map { String(decoding: $0, as: UTF8.self) }.sorted()
                .map { $0 + "\0" }.joined()
            return SHA256.hash(Array(text.utf8))
        }
        #expect(sample.digest == digest(sample.paths))
        #expect(sample.drawnDigest == digest(sample.drawnPaths))
        #expect(try draw(records, seed: seed) == sample)
        #expect(try draw(records.reversed(), seed: seed) == sample)
    }

    @Test func `a seed is of the record before and the manifest, and of nothing else`() throws {
        let names = [UInt8(1), 2, 3].map { ObjectName(SHA256.hash([$0])) }
        let first = SampleRequest(try aim(), after: nil, of: names[0])
        let text = Array("toride/sample-seed/v1".utf8)
        let zeros = [UInt8](repeating: 0, count: 32)
        #expect(first.seed == SHA256.hash(text + zeros + names[0].digest.bytes))
        let next = SampleRequest(try aim(), after: names[1], of: names[0])
        #expect(next.seed == SHA256.hash(text + names[1].digest.bytes + names[0].digest.bytes))
        let others = [
            SampleRequest(try aim(), after: names[2], of: names[0]),
            SampleRequest(try aim(), after: names[1], of: names[2]),
        ]
        #expect(Set(others.map(\.seed) + [first.seed, next.seed]).count == 4)
    }

    @Test func `another seed takes other files`() throws {
        let one = try #require(try draw(records(), seed: 1))
        let other = try #require(try draw(records(), seed: 2))
        #expect(one.paths != other.paths && one.digest != other.digest)
        #expect(one.strata == other.strata)
    }

    /// 400 seeds draw 11 of 140 files, of which 40 come in any case: each of the others is
    /// expected 31 times, with a deviation of 5.4.
    @Test func `each file has about the same chance`() throws {
        let others = (0..<100).map { number in
            record("m/\(1_000 + number)", age: 2_000 * Self.day, changed: 2_000 * Self.day)
        }
        let late = (0..<20).map { record("n/\(10 + $0)", size: 200) }
        let early = (0..<20).map { record("o/\(10 + $0)", age: 4_000 * Self.day, changed: 10) }
        var drawn: [[UInt8]: Int] = [:]
        for seed in 0..<400 {
            var draw = SampleDraw(
                try aim(),
                seed: SHA256.hash([UInt8(seed & 0xff), UInt8(seed >> 8)]),
                cut: Self.cut
            )
            for record in others + late + early {
                draw.offer(record)
            }
            let sample = try #require(draw.finish())
            for path in sample.paths where path.starts(with: Array("m/".utf8)) {
                drawn[path, default: 0] += 1
            }
        }
        #expect(drawn.count == 100)
        #expect(drawn.values.allSatisfy { (8...60).contains($0) }, "\(drawn.values.sorted())")
    }

    @Test func `what has no content of its own is not drawn, nor counted`() throws {
        var records = records()
        records.append(record("b", .directory))
        records.append(record("b/empty", size: 0))
        records.append(record("b/link", .symlink(target: [1])))
        records.append(record("b/second", .hardLink(to: Array("a/1000".utf8))))
        let sample = try #require(try draw(records))
        #expect(sample.files == 500)
        #expect(!sample.paths.contains { $0.starts(with: Array("b".utf8)) })
    }

    @Test func `where all would be drawn there is no sample`() throws {
        #expect(try draw(Array(records().prefix(11))) == nil)
        #expect(try draw([]) == nil)
        // 40 files are drawn or always taken: the 20 newest by change, the 20 oldest.
        #expect(try draw(Array(records().prefix(30))) == nil)
        #expect(try draw(records()) != nil)
    }

    // MARK: - Always

    @Test func `the newest day comes whole, and no time of the future hides it`() throws {
        var records = records()
        records += (0..<50).map { record("new/\(10 + $0)", age: 3_600, changed: 99_999_999) }
        // A clock that was ahead: not later than the cut counts.
        records.append(record("new/ahead", age: -9_999_999_999, changed: 99_999_999))
        let sample = try #require(try draw(records))
        #expect(sample.strata[.newestDay] == 52)
        for number in 0..<50 {
            #expect(has(sample, "new/\(10 + number)"))
        }
        #expect(has(sample, "new/ahead") && has(sample, "a/1000"))
    }

    @Test func `of a newest day of too many files the newest come`() throws {
        let many = (0..<3_000).map { record("new/\(10_000 + $0)", age: Int64($0), changed: 500) }
        let sample = try #require(try draw(records() + many))
        #expect(sample.strata[.newestDay] == Limits.sampleNewestMax)
        #expect(has(sample, "new/10000") && has(sample, "new/11900"))
    }

    @Test func `the oldest, the largest and the last changed come, whatever the seed`() throws {
        var records = records()
        records.append(record("big", size: 1 << 30, age: 1_000 * Self.day, changed: 900_000_000))
        // Its time of modification was put back; its inode tells.
        records.append(record("quiet", age: 1_005 * Self.day, changed: 1))
        for seed in UInt8(1)...5 {
            let sample = try #require(try draw(records, seed: seed))
            #expect(has(sample, "big") && has(sample, "quiet"))
            // 20 of the 37 of the oldest year.
            for number in 480..<500 {
                #expect(has(sample, "a/\(1_000 + number)"))
            }
            #expect(sample.strata[.oldestYear] == Limits.sampleOldestMax)
            #expect(sample.strata[.lastChanged] == Limits.sampleChangedMax)
            #expect(sample.strata[.largest] == 1)
        }
    }

    @Test func `each store has files, and what is demanded is there`() throws {
        var records = records()
        let age = 1_000 * Self.day
        records += (0..<30).map { record("store/\(10 + $0)", age: age, changed: age) }
        records.append(record("store/.toride/canary.json", age: age, changed: age))
        records.append(record("x/patient/one", age: age, changed: age))
        let sample = try #require(
            try draw(records, stores: ["store", "none"], demanding: ["x/patient"])
        )
        #expect(sample.strata[.stores] == Limits.sampleStoreMax)
        #expect(sample.strata[.demanded] == 1)
        #expect(has(sample, "x/patient/one"))
        let stored = sample.paths.filter { $0.starts(with: Array("store/".utf8)) }
        #expect(stored.count >= Limits.sampleStoreMax)
    }

    // MARK: - Records

    @Test func `a record has numbers and a hash, and no path`() throws {
        let sample = try #require(try draw(records(), demanding: ["a/1234"]))
        let text = String(decoding: JSONValue.object(sample.members).canonical, as: UTF8.self)
        #expect(!text.contains("a/1"))
        #expect(sample.members["drawn"] == .integer(11))
        #expect(sample.members["files"] == .integer(500))
        #expect(sample.members["restored"] == .integer(Int64(sample.paths.count)))
        #expect(sample.members["confidence"] == .string("90%"))
        #expect(sample.members["defects"] == .string("20%"))
        #expect(sample.members["digest"] == .string(sample.digest.hex))
        #expect(sample.members["drawnDigest"] == .string(sample.drawnDigest.hex))
        #expect(sample.members["seed"] == .string(SHA256.hash([1]).hex))
        #expect(
            sample.members["notAsked"]
                == .array(
                    [
                        "empty-files", "folders-and-links", "joins", "numbers",
                        "rules-between-files", "unexpected-files",
                    ].map { .string($0) }
                )
        )
        guard case .object(let always)? = sample.members["always"] else {
            Issue.record("\(text)")
            return
        }
        #expect(Set(always.keys) == Set(DrawnSample.Stratum.allCases.map(\.rawValue)))
    }
}
