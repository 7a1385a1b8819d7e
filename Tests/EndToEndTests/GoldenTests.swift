import DeepVerification
import FileSystem
import Format
import Glibc
import LocalStore
import Model
import ObjectStore
import Opening
import Primitives
import Recovery
import Repository
import TestSupport
import Testing
import Verification

/// Repositories that earlier versions wrote are read for ever: Tests/Golden/README.md.
@Suite struct GoldenTests {
    static let names = ["v1-draft"]

    /// Where the source lay when the golden repositories were made: their paths begin with it.
    private static let source = "tmp/toride-golden/source"

    /// A golden repository and what lies beside it.
    private struct Golden {
        let folder: String
        let store: LocalStore
        let signers: TrustedSigners

        init(_ name: String) throws {
            folder = "\(Tool.root)/Tests/Golden/\(name)"
            store = try LocalStore(name: name, root: "\(folder)/store")
            var keys: [VerifyingKey] = []
            for signer in ["host", "verifier"] {
                let text = try Golden.text("\(folder)/\(signer).pub")
                let raw = try #require(Hex.decode(text.dropLast()))
                keys.append(try #require(VerifyingKey(raw)))
            }
            signers = TrustedSigners(keys)
        }

        func identities() throws -> AgeIdentities {
            let bytes = Array(try Golden.text("\(folder)/identity.txt").utf8)
            let file = unsafe try SecretBytes(count: bytes.count) {
                unsafe $0.copyBytes(from: bytes)
            }
            return try AgeIdentities(file: file)
        }

        /// The newest manifest as the host remembered it.
        var head: Head {
            get throws {
                let words = try Golden.text("\(folder)/head").dropLast().split(separator: " ")
                let name = try #require(Digest(hex: words[1]))
                return Head(sequence: try #require(UInt64(words[0])), name: ObjectName(name))
            }
        }

        /// What a restore of a snapshot must give.
        func tree(_ sequence: UInt64) throws -> Set<String> {
            let text = try Golden.text("\(folder)/\(sequence).tree")
            return Set(text.split(separator: "\n").map { String($0) })
        }

        private static func text(_ path: String) throws -> String {
            let bytes = try FileHandle.open(path, O_RDONLY).readAll(bytesMax: 1 << 20)
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    @Test(arguments: names)
    func `a golden repository is proven without any key`(name: String) throws {
        let golden = try Golden(name)
        let history = try History(of: golden.store, trusting: golden.signers)
        let set = try #require(history.sets.first)
        let report = try Verifier(
            store: golden.store,
            request: Verifier.Request(
                signers: golden.signers,
                heads: [set: [try golden.head]],
                requiresFreshness: true
            )
        ).run()
        #expect(report.verdict == .proven)
        #expect(report.findings == [])
        #expect(report.snapshots == 2)
        let objects = try golden.store.list(prefix: "")
        #expect(Set(objects.map { $0.key.prefix { $0 != "/" } }).count == 7)
        #expect(objects.reduce(0) { $0 + $1.size } <= 200 << 10)
    }

    @Test(arguments: names)
    func `a golden repository is proven with an identity`(name: String) throws {
        let golden = try Golden(name)
        let history = try History(of: golden.store, trusting: golden.signers)
        let set = try #require(history.sets.first)
        let request = Verifier.Request(signers: golden.signers, heads: [set: [try golden.head]])
        var report = try Verifier(store: golden.store, request: request).run()
        try DeepVerifier(store: golden.store).complete(&report, with: try golden.identities())
        #expect(report.findings == [])
        #expect(report.deep?.snapshots == 2)
    }

    @Test(arguments: names, [UInt64(1), 2])
    func `a golden snapshot comes back byte for byte`(name: String, sequence: UInt64) throws {
        let golden = try Golden(name)
        let history = try History(of: golden.store, trusting: golden.signers)
        let set = try #require(history.sets.first)
        let stored = try #require(
            history.manifests[set]?.first { $0.manifest.sequence == sequence }
        )
        let snapshot = try OpenedSnapshot(
            stored,
            in: try Repository(opening: golden.store),
            with: try golden.identities()
        )
        #expect(snapshot.title == "files@\(sequence)")
        #expect(snapshot.root.host == "golden")
        try withTemporaryFolder(inMemory: true) { folder in
            let restorer = TreeRestorer(
                snapshot,
                TreeRestorer.Request(target: "\(folder)/restored", isPrivileged: true)
            )
            try restorer.run()
            var expected = try golden.tree(sequence)
            if geteuid() == 0 {
                #expect(restorer.findings == [])
            } else {
                print("SKIPPED: owners of \(name): only root gives files away")
                expected = Set(expected.map { withoutOwner($0) })
            }
            var found = try Set(lines(of: "\(folder)/restored/\(Self.source)", in: ""))
            if geteuid() != 0 {
                found = Set(found.map { withoutOwner($0) })
            }
            #expect(expected.count > 20)
            #expect(found.subtracting(expected).sorted() == [])
            #expect(expected.subtracting(found).sorted() == [])
        }
    }

    private func withoutOwner(_ line: String) -> String {
        var words = line.split(separator: " ")
        words.remove(at: 2)
        return words.joined(separator: " ")
    }

    // MARK: - A tree in the words of tree.py

    /// A line for everything beneath a folder, which lies at `path` of the tree.
    private func lines(of folder: String, in path: String) throws -> [String] {
        let handle = try FileHandle.open(folder, O_RDONLY | O_DIRECTORY)
        var lines: [String] = []
        for name in try handle.names() {
            let status = try handle.status(name: name)
            let own = path + text(name)
            lines.append(try line(status, own, name, in: handle))
            if status.kind == .directory {
                let raw = String(decoding: name, as: UTF8.self)
                lines += try self.lines(of: "\(folder)/\(raw)", in: "\(own)/")
            }
        }
        return lines
    }

    private func line(
        _ status: FileStatus,
        _ path: String,
        _ name: [UInt8],
        in folder: borrowing FileHandle
    ) throws -> String {
        var (links, size, what) = ("-", "-", "-")
        if status.kind == .regular {
            let bytes = try folder.open(name: name, O_RDONLY).readAll(bytesMax: 1 << 24)
            (links, size) = ("\(status.links)", "\(status.size)")
            what = SHA256.hash(bytes).hex
        } else if status.kind == .symlink {
            what = text(try folder.linkTarget(name: name))
        }
        let digits = String(status.mode, radix: 8)
        let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        let mode = status.kind == .symlink ? "-" : padded
        let nanoseconds = String(Int(status.modified.nanoseconds) + 1_000_000_000).dropFirst()
        let time = "\(status.modified.seconds).\(nanoseconds)"
        let owner = "\(status.uid):\(status.gid)"
        return "\(status.kind) \(mode) \(owner) \(time) \(links) \(size) \(what) \(path)"
    }

    /// Bytes as visible ASCII, all others as %XX.
    private func text(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            (0x21...0x7e).contains(byte) && byte != UInt8(ascii: "%")
                ? String(UnicodeScalar(byte)) : "%" + Hex.encode([byte])
        }.joined()
    }
}
