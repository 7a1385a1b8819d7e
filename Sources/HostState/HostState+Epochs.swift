import FileSystem
import Glibc
import Model
package import Sealing

/// A set's secrets: one an epoch, the newest in force.
extension HostState {
    /// The epoch that is in force; 0 before the set's first backup.
    package func epoch(of set: String) throws -> UInt64 { try epochs(of: set).max() ?? 0 }

    /// The set's secret; nil if the host has none of that epoch.
    package func secret(of set: String, epoch: UInt64) throws -> SetSecret? {
        guard let secret = try SecretFile.read(secretPath(of: set, epoch), count: 32) else {
            return nil
        }
        return try SetSecret(secret)
    }

    /// Draws a new secret, which is in force from then on. What a killed run left is of the old
    /// one, so it is forgotten.
    ///
    /// - Parameters:
    ///   - set: the set's name; its lock is held.
    ///   - least: the lowest number that the epoch may have.
    /// - Returns: its number.
    /// - Throws: ``CryptoError``, ``FileSystemError`` if there is no new secret, and the old one is
    ///   in force; ``HostStateError/damaged(_:)`` for a number beyond all reason.
    @discardableResult
    package func beginEpoch(of set: String, notBelow least: UInt64 = 1) throws -> UInt64 {
        let epoch = max(try epoch(of: set) + 1, least)
        guard epoch <= Limits.sequenceMax else {
            throw HostStateError.damaged(folder(of: set))
        }
        let secret = try SetSecret.random()
        try SecretFile.create(secretPath(of: set, epoch)) { secret.write(to: $0) }
        try Journal.forget(folder: folder(of: set))
        return epoch
    }

    /// Removes the secrets of earlier epochs: they open nothing that the host needs.
    package func forgetSecrets(of set: String, before epoch: UInt64) throws {
        for old in try epochs(of: set) where old < epoch {
            try SmallFile.remove(secretPath(of: set, old))
        }
    }

    private func epochs(of set: String) throws -> [UInt64] {
        do throws(FileSystemError) {
            let names = try FileHandle.open(folder(of: set), O_RDONLY | O_DIRECTORY).names()
            return names.compactMap { name in
                let text = String(decoding: name, as: UTF8.self)
                guard text.hasPrefix(Self.secretPrefix) else {
                    return nil
                }
                return UInt64(text.dropFirst(Self.secretPrefix.count)).flatMap { $0 > 0 ? $0 : nil }
            }
        } catch {
            guard error.isMissing else {
                throw error
            }
            return []
        }
    }

    private static let secretPrefix = "secret-"

    private func secretPath(of set: String, _ epoch: UInt64) -> String {
        "\(folder(of: set))/\(Self.secretPrefix)\(epoch)"
    }
}
