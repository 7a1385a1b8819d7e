import Format
import Model
import Opening
import Primitives
import Testing

@Suite struct AgeVectorTests {
    @Test(arguments: AgeVector.names)
    func `a published vector ends as it says`(name: String) throws {
        let vector = try #require(try AgeVector.load(name))
        if vector.needsPostQuantumIdentity {
            try expectCleanRefusal(vector)
            return
        }
        for opening in try vector.open() {
            #expect(opening == vector.expectedOutcome)
        }
    }

    @Test(arguments: AgeVector.names)
    func `a header that reads is written back as it was`(name: String) throws {
        let vector = try #require(try AgeVector.load(name))
        let binary = vector.isArmored ? try? AgeArmor.decode(vector.file) : vector.file
        guard let binary, let header = try? AgeHeader(startOf: binary) else {
            #expect(["armor failure", "header failure"].contains(vector.expect))
            return
        }
        #expect(Array(binary.prefix(header.encoded.count)) == header.encoded)
    }

    @Test func `tells which vectors were run`() throws {
        guard !AgeVector.names.isEmpty else {
            print("AGE VECTORS NOT RUN: shared/vectors/age is not beside the package")
            return
        }
        var opened: [String: Int] = [:]
        var refused: [String: Int] = [:]
        for name in AgeVector.names {
            let vector = try #require(try AgeVector.load(name))
            let kind = AgeVector.kind(of: name)
            if vector.needsPostQuantumIdentity {
                refused[kind, default: 0] += 1
            } else {
                opened[kind, default: 0] += 1
            }
        }
        print("age vectors run as they expect: \(told(opened))")
        print("age vectors that need a post-quantum identity, refused cleanly: \(told(refused))")
        #expect(opened.values.reduce(0, +) >= 90, "most of the vectors are ours")
    }

    private func told(_ counts: [String: Int]) -> String {
        let kinds = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return "\(counts.values.reduce(0, +)) (\(kinds.joined(separator: ", ")))"
    }

    /// The identity is refused by name, and the file is nobody's that we know.
    private func expectCleanRefusal(_ vector: AgeVector) throws {
        for identity in vector.identities {
            #expect(throws: OpeningError.identity(line: 1, .otherKind)) {
                _ = try AgeIdentities(file: try secret(identity))
            }
        }
        let outcome = try vector.open(with: try AgeIdentities(try AgeIdentity.generate()))
        let isUnreadable = vector.name == "hybrid_not_canonical_body"
        #expect(outcome == (isUnreadable ? .headerFailure : .noMatch))
    }
}

/// How opening a vector ended.
enum Outcome: Equatable {
    case success(hash: String)
    case noMatch
    case hmacFailure
    case headerFailure
    case armorFailure
    case payloadFailure
    case other(OpeningError)

    init(_ error: OpeningError) {
        switch error {
        case .format(.armor): self = .armorFailure
        case .format(.notAgeVersion1), .format(.header), .format(.stanza): self = .headerFailure
        case .workFactorTooHigh, .nonceMissing: self = .headerFailure
        case .headerNotAuthentic: self = .hmacFailure
        case .payloadByteCount, .payloadNotAuthentic: self = .payloadFailure
        case .noIdentityMatched: self = .noMatch
        default: self = .other(error)
        }
    }
}

extension AgeVector {
    /// Larger than any vector, which Toride's own limit is not.
    private static let bytesMax = 32 << 20

    var needsPostQuantumIdentity: Bool {
        !identities.isEmpty && identities.allSatisfy { $0.hasPrefix("AGE-SECRET-KEY-PQ-1") }
    }

    var expectedOutcome: Outcome? {
        switch expect {
        case "success": payloadHash.map { .success(hash: $0) }
        case "no match": .noMatch
        case "HMAC failure": .hmacFailure
        case "header failure": .headerFailure
        case "armor failure": .armorFailure
        case "payload failure": .payloadFailure
        default: nil
        }
    }

    /// Opens the file with all that the vector gives; with a new identity if it gives nothing.
    func open() throws -> [Outcome] {
        if isArmored {
            // That the file is armored is told by the vector, not by its first line.
            do throws(AgeFormatError) {
                _ = try AgeArmor.decode(file)
            } catch {
                return [Outcome(.format(error))]
            }
        }
        var outcomes: [Outcome] = []
        let ours = identities.filter { !$0.hasPrefix("AGE-SECRET-KEY-PQ-1") }
        if !ours.isEmpty {
            let identityFile = try secret(ours.joined(separator: "\n"))
            outcomes.append(try open(with: try AgeIdentities(file: identityFile)))
        }
        for passphrase in passphrases {
            outcomes.append(try open(passphrase: passphrase))
        }
        if outcomes.isEmpty {
            outcomes.append(try open(with: try AgeIdentities(try AgeIdentity.generate())))
        }
        return outcomes
    }

    func open(with identities: borrowing AgeIdentities) throws -> Outcome {
        do throws(OpeningError) {
            return outcome(
                try AgeOpener.open(file, with: identities, bytesMax: AgeVector.bytesMax)
            )
        } catch {
            return Outcome(error)
        }
    }

    private func open(passphrase: String) throws -> Outcome {
        let passphrase = try secret(passphrase)
        do throws(OpeningError) {
            return outcome(try AgeOpener.open(file, passphrase: passphrase))
        } catch {
            return Outcome(error)
        }
    }

    private func outcome(_ payload: borrowing SecretBytes) -> Outcome {
        .success(hash: unsafe payload.withUnsafeBytes { unsafe SHA256.hash($0).hex })
    }
}
