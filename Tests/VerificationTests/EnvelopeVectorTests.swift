import Format
import Model
import Primitives
import Repository
import TestSupport
import Testing

/// Signed documents (FORMAT.md §13), by their vectors.
@Suite struct EnvelopeVectorTests {
    @Test(arguments: Vector.names(of: "envelope"))
    func `a signed document`(name: String) throws {
        let vector = try Vector(name)
        let keys = try vector.texts("signer").map { try #require(VerifyingKey(hex: $0)) }
        guard let envelope = try? Envelope(decoding: vector.bytes),
            envelope.payloadType == (try vector.text("payload-type"))
        else {
            #expect(vector.expect == .refused)
            return
        }
        let set = SetID(try #require(RandomID([UInt8](repeating: 0, count: 16))))
        let place = TrustedSigners.Document.snapshot(
            SnapshotRef(set: set, sequence: 1),
            ObjectName(SHA256.hash(vector.bytes))
        )
        switch TrustedSigners(keys).standing(of: envelope, as: place) {
        case .trusted(let signer):
            #expect(vector.expect == .success)
            #expect(keys.map(\.signer).contains(signer))
            #expect(envelope.payload == (try vector.bytes("payload")))
        case .unknown: #expect(vector.expect == .unsigned)
        case .invalid: #expect(vector.expect == .wrongSignature)
        case .retired, .notEntitled: Issue.record("the keys are pinned for everything")
        }
        #expect(envelope.encoded == vector.bytes)
    }
}
