import DeepVerification
import Model
package import Opening
package import Verification
import Workers

extension TestHospital {
    /// Verifies the store without any key, and then with the custodian's.
    ///
    /// - Parameter piecesMax: how many pieces of files in bundles are judged at a time.
    /// - Returns: what both found.
    /// - Throws: what keeps anyone from looking.
    package func verifyDeep(
        piecesMax: Int = Limits.claimedPiecesMax
    ) throws -> VerificationReport {
        try verifyDeep(with: identities, piecesMax: piecesMax)
    }

    /// The same with identities of someone else.
    package func verifyDeep(
        with identities: borrowing AgeIdentities,
        piecesMax: Int = Limits.claimedPiecesMax
    ) throws -> VerificationReport {
        var report = try verify(heads: try heads())
        let verifier = DeepVerifier(store: store, piecesMax: piecesMax)
        try verifier.complete(&report, with: identities)
        return report
    }
}
