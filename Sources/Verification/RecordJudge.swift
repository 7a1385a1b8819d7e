import Format
import Model
import Repository

/// Judges the records of a store: whose they are, and whether each signer's are a chain.
///
/// A stranger's records are a doubt only of a kind for which it was said who signs it. Else nobody
/// asked about them: they are counted, and told.
struct RecordJudge {
    let signers: TrustedSigners

    /// Judges all of `records`.
    func judge(_ records: RecordChains) -> [Finding] {
        var findings = records.findings
        var unjudged: [RecordKind: Int] = [:]
        for chain in records.chains {
            findings += judge(chain, &unjudged)
        }
        for (kind, count) in unjudged.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            findings.append(
                Finding(
                    .recordsNotJudged,
                    .named(kind.rawValue),
                    evidence: ["count": "\(count)"]
                )
            )
        }
        return findings
    }

    private func judge(
        _ chain: RecordChains.Chain,
        _ unjudged: inout [RecordKind: Int]
    ) -> [Finding] {
        var findings: [Finding] = []
        // One finding a signer and code: of his records there may be thousands.
        var strange: [FindingCode: [String]] = [:]
        let isNamed = signers.names(.record(chain.kind))
        for record in chain.records {
            let key = record.stored.key
            switch record.standing {
            case .trusted: break
            case .retired: strange[.signerRetired, default: []].append(key)
            case .notEntitled where isNamed: strange[.signerNotEntitled, default: []].append(key)
            case .unknown where isNamed: strange[.recordSignerUnknown, default: []].append(key)
            case .notEntitled, .unknown: unjudged[chain.kind, default: 0] += 1
            case .invalid:
                findings.append(
                    Finding(.recordDamaged, .object(key), evidence: ["reason": "signature"])
                )
            }
        }
        for (code, keys) in strange.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            findings.append(
                Finding(
                    code,
                    .object(keys[0]),
                    evidence: ["count": "\(keys.count)", "signer": chain.signer.digest.hex]
                )
            )
        }
        let believed = chain.records.filter(\.isTrusted)
        guard !believed.isEmpty else {
            return findings
        }
        return findings
            + RecordChain.judge(
                chain.kind,
                in: "records/\(chain.kind.rawValue)/\(chain.signer.digest.hex)",
                believed,
                unread: chain.unread
            )
    }
}
