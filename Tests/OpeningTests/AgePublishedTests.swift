import Format
import Model
import Opening
import Primitives
import Testing

/// Two of the published vectors, which run wherever the package does.
///
/// From C2SP/CCTV, age/testdata: `armor_x25519`, and `scrypt` put into armor.
@Suite struct AgePublishedTests {
    private static let payloadHash =
        "013f54400c82da08037759ada907a8b864e97de81c088a182062c4b5622fd2ab"

    @Test func `armor_x25519 opens with its identity`() throws {
        let key = "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0"
        let payload = try AgeOpener.open(
            Array(Self.x25519.utf8),
            with: try AgeIdentities(file: try secret(key))
        )
        #expect(hash(payload) == Self.payloadHash)
    }

    @Test func `scrypt opens with its passphrase`() throws {
        let file = Array(Self.scrypt.utf8)
        let payload = try AgeOpener.open(file, passphrase: try secret("password"))
        #expect(hash(payload) == Self.payloadHash)
    }

    private func hash(_ payload: borrowing SecretBytes) -> String {
        unsafe payload.withUnsafeBytes { unsafe SHA256.hash($0).hex }
    }

    private static let x25519 = """
        -----BEGIN AGE ENCRYPTED FILE-----
        YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBURWlGMHlwcXIrYnB2Y3FY
        TnlDVkpwTDdPdXdQZFZ3UEw3S1FFYkZET0NjCmhqYWJHWHdTTFE5YzNTNkx3Mmkr
        UzJUdTJmaXdRSEhzbGJCTjZCNDFGTEUKLS0tIFd5SnA5Ri85Rk9aaDdnSmRoZXEy
        V0lKY3dIZ1ljOE5JVmgzZGR3aHJjTmcK7s9ix86RtDMnTmjU8vkTTLdMW/73vqpS
        yPC8DpksHoMx+2Y=
        -----END AGE ENCRYPTED FILE-----
        """

    private static let scrypt = """
        -----BEGIN AGE ENCRYPTED FILE-----
        YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCByRjAvTndibFVISFRwZ1Fn
        UnBlNUNRIDEwCmdVakV5bUZLTVZYUUVLZE1NSEwyNG9ZZXhqRTNUSUMwTzB6R1Nx
        SjJhVVkKLS0tIElPWGlRWVN0a29UMW12WlcydEZPcVpkaFJWdmo1OGVnQUJ4L3NX
        ZlpRYmMKGzXG5ofdANo6w3msn3QsIf0YWhuePe1znRSsappQEk24Ztg=
        -----END AGE ENCRYPTED FILE-----
        """
}
