import FileSystem
package import Format
import Glibc
import Model
package import Primitives

/// Whom the host believes: the pins in `signers`, and its own keys.
extension HostState {
    /// The host's own list: a signer file, to be put on a medium as it is.
    package var signersPath: String { "\(path)/signers" }

    /// The pins that the host keeps; none before the first.
    ///
    /// - Throws: ``HostStateError/damaged(_:)``, with the line that is no pin.
    package func pins() throws -> SignerFile {
        let bytes = try SmallFile.read(signersPath, bytesMax: SignerFile.bytesMax)
        do throws(SignerFileError) {
            return try SignerFile(decoding: bytes ?? [], path: signersPath)
        } catch {
            let place = error.line.map { ", line \($0)," } ?? ""
            throw HostStateError.damaged(signersPath + place)
        }
    }

    /// Keeps pins in the place of those that it kept.
    package func keep(_ pins: SignerFile) throws {
        try SmallFile.write(pins.encoded, to: signersPath, mode: 0o644)
    }

    /// The keys that the host signs with now, each for what it signs, about every set.
    package func ownPins() throws -> [SignerPin] {
        try Signer.allCases.compactMap { signer in
            try verifyingKey(signer).map {
                SignerPin(key: $0.bytes, kinds: signer.kinds, label: signer.rawValue)
            }
        }
    }

    /// As which of the host's own signers a key signs now; nil if it is none of theirs.
    package func signer(of key: VerifyingKey) throws -> Signer? {
        try Signer.allCases.first { try verifyingKey($0) == key }
    }

    /// Draws a new signing key in the place of one that is retired, whose secret is overwritten.
    /// One that was drawn already, by a run that was killed, stays.
    ///
    /// - Parameters:
    ///   - signer: whose.
    ///   - retired: the public half of the old one.
    /// - Returns: the public half of the new one.
    /// - Throws: ``FileSystemError``, ``CryptoError``; then the old one or the new one is in force.
    package func renewSigningKey(
        _ signer: Signer,
        after retired: VerifyingKey
    ) throws -> VerifyingKey {
        let file = "\(path)/\(signer.rawValue)"
        if try SecretFile.read("\(file).key", count: 32) != nil,
            try signingKey(signer).verifyingKey == retired
        {
            let old = try FileHandle.open("\(file).key", O_WRONLY)
            let seed = try SecretBytes.random(count: 32)
            let next = "\(file).next"
            // What a killed run left there was never in use.
            try SmallFile.remove(next)
            try SecretFile.create(next) { seed.write(to: $0) }
            try SmallFile.replace("\(file).key", by: next)
            // Only now: a key of zeros must never be one that a host signs with.
            try old.write([UInt8](repeating: 0, count: 32))
            try old.synchronize()
        }
        try makeSigningKey(signer)
        return try signingKey(signer).verifyingKey
    }

    /// Runs `body` while nobody else of this host adds a record to one of its chains: two at once
    /// would fork it.
    package func holdRecords<R>(_ body: () throws -> R) throws -> R {
        let lock = try FileLock(waitingFor: "\(path)/records.lock")
        return try withExtendedLifetime(lock) { try body() }
    }

    /// Runs `body` while nobody else of this host adds a record to a chain, nor brings records to
    /// one place.
    ///
    /// - Parameters:
    ///   - place: the store's, to which a record is to be added.
    ///   - body: adds it.
    /// - Returns: what `body` returns.
    /// - Throws: ``FileSystemError``; what `body` throws.
    package func holdRecords<R>(in place: String, _ body: () throws -> R) throws -> R {
        try holdRecords(of: place) { try holdRecords(body) }
    }

    /// Runs `body` while nobody else of this host brings or adds records to one place. Others are
    /// not kept from their work: the place may be slow.
    ///
    /// - Parameters:
    ///   - place: the store's.
    ///   - body: brings records to it.
    /// - Returns: what `body` returns.
    /// - Throws: ``FileSystemError``; what `body` throws.
    package func holdRecords<R>(of place: String, _ body: () throws -> R) throws -> R {
        let name = SHA256.hash(Array(place.utf8)).hex.prefix(16)
        let lock = try FileLock(waitingFor: "\(path)/records-\(name).lock")
        return try withExtendedLifetime(lock) { try body() }
    }
}

extension HostState.Signer {
    /// What it signs.
    package var kinds: Set<SignedKind> {
        switch self {
        case .host: [.snapshot, .record(.keyCheck)]
        case .drill: [.record(.drill)]
        case .verifier: [.record(.verification), .record(.attack), .record(.hold)]
        case .admin: [.record(.rewrap)]
        }
    }
}
