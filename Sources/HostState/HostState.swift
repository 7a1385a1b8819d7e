import FileSystem
import Glibc
package import Model
package import Primitives

/// What a host keeps of its own: its signing key, and of each set the id, the secret, the journal
/// of a run in progress and the newest file list. All under the configured `state` folder, for its
/// owner only.
package struct HostState: Sendable {
    /// The folder.
    package let path: String

    /// Uses a folder that ``prepare()`` made.
    package init(path: String) {
        self.path = path
    }

    /// Makes the folder, 0700, where it is missing.
    package func prepare() throws {
        try FolderTree.make(path, mode: 0o700)
    }

    /// The SQLite database.
    package var catalogPath: String { "\(path)/catalog.sqlite" }

    // MARK: - Signing keys

    /// Who signs: each has a key and a chain of its own.
    package enum Signer: String, Sendable, CaseIterable {
        /// The backup host: manifests, canaries.
        case host
        /// The drill host: drill records.
        case drill
        /// The verifier: records of verifications, of attacks on stores, and of legal holds.
        case verifier
        /// Whoever holds an identity and seals keys to new recipients: records of rewraps.
        case admin
    }

    /// Draws a signing key and keeps it; does nothing if there is one.
    package func makeSigningKey(_ signer: Signer = .host) throws {
        let file = "\(path)/\(signer.rawValue)"
        if unsafe access("\(file).key", F_OK) != 0 {
            let seed = try SecretBytes.random(count: 32)
            try SecretFile.create("\(file).key") { seed.write(to: $0) }
        }
        let text = Hex.encode(try signingKey(signer).verifyingKey.bytes) + "\n"
        try SmallFile.write(Array(text.utf8), to: "\(file).pub", mode: 0o644)
    }

    /// Reads a signing key.
    ///
    /// - Throws: ``HostStateError/missing(_:hint:)`` before `toride init`.
    package func signingKey(_ signer: Signer = .host) throws -> SigningKey {
        let file = "\(path)/\(signer.rawValue).key"
        guard let seed = try SecretFile.read(file, count: 32) else {
            throw HostStateError.missing("the signing key \(file)", hint: "run `toride init`")
        }
        return try SigningKey(seed: seed)
    }

    /// The public half of a signing key: all that a verification needs. Nil before `toride init`.
    package func verifyingKey(_ signer: Signer = .host) throws -> VerifyingKey? {
        let file = "\(path)/\(signer.rawValue).pub"
        guard let bytes = try SmallFile.read(file, bytesMax: 80) else {
            return nil
        }
        guard let raw = Hex.decode(String(decoding: bytes.dropLast(), as: UTF8.self)),
            let key = VerifyingKey(raw)
        else {
            throw HostStateError.damaged(file)
        }
        return key
    }

    // MARK: - Sets

    /// The folder of one set.
    package func folder(of set: String) -> String { "\(path)/sets/\(set)" }

    /// The names of the sets that were ever backed up from here.
    package func setNames() throws -> [String] {
        do throws(FileSystemError) {
            let folder = try FileHandle.open("\(path)/sets", O_RDONLY | O_DIRECTORY)
            return try folder.names().map { String(decoding: $0, as: UTF8.self) }
        } catch {
            guard error.isMissing else {
                throw error
            }
            return []
        }
    }

    /// The id of a set; nil before its first backup.
    package func id(of set: String) throws -> SetID? {
        guard let bytes = try SmallFile.read("\(folder(of: set))/id", bytesMax: 64) else {
            return nil
        }
        guard let id = RandomID(hex: String(decoding: bytes.prefix(32), as: UTF8.self)) else {
            throw HostStateError.damaged("\(folder(of: set))/id")
        }
        return SetID(id)
    }

    /// Makes what a set needs for its first backup: an id and a secret of epoch 1.
    package func establish(_ set: String) throws -> SetID {
        try FolderTree.make(folder(of: set), mode: 0o700)
        if try epoch(of: set) == 0 {
            try beginEpoch(of: set)
        }
        if let id = try id(of: set) {
            return id
        }
        let id = SetID(try Randomness.id())
        try SmallFile.write(Array(id.hex.utf8) + [UInt8(ascii: "\n")], to: "\(folder(of: set))/id")
        return id
    }
}

/// Why the host's own state could not be used.
package enum HostStateError: ToldError, Equatable {
    /// Something that must be there is not.
    case missing(String, hint: String)
    /// A file does not hold what it must.
    case damaged(String)
    /// A file could not be written.
    case unwritable(String, hint: String)

    package var description: String {
        switch self {
        case .missing(let what, _): "\(what) is missing"
        case .damaged(let path): "\(path) is damaged"
        case .unwritable(let reason, _): reason
        }
    }

    package var hint: String {
        switch self {
        case .missing(_, let hint), .unwritable(_, let hint): hint
        case .damaged: "bring the state folder back from its own backup"
        }
    }

    package var exitCode: ExitCode { .couldNotLook }
}
