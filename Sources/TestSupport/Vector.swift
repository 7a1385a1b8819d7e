import FileSystem
import Glibc
package import Model

/// A vector of Tests/Vectors: the bytes of one structure, or bytes that must not be taken for one.
///
/// Header lines `key: value`, an empty line, the bytes in hex: FORMAT.md §23.
package struct Vector: Sendable {
    /// How reading a vector's bytes must end.
    package enum Outcome: String, Sendable {
        case success
        /// A rule of the format is broken.
        case refused
        case unknownVersion = "unknown version"
        case tagMismatch = "tag mismatch"
        /// A chunk opens, but its plaintext is not what its id says.
        case wrongID = "wrong id"
        case wrongSignature = "wrong signature"
        /// No believed key has signed.
        case unsigned
        /// A key in a store that is no key of the format.
        case foreign
    }

    /// Why a vector cannot be used; a fault of ours.
    package enum VectorError: Error {
        case noVectors(of: String)
        case noHeader(vector: String)
        case noField(vector: String, key: String)
    }

    /// Its file's name without the ending.
    package let name: String
    /// How reading it must end.
    package let expect: Outcome
    /// The bytes themselves.
    package let bytes: [UInt8]
    private let fields: [String: [String]]

    private static let folder = "\(Tool.root)/Tests/Vectors"
    private static let bytesMax = 1 << 20

    /// Reads the file of this name.
    ///
    /// - Throws: ``VectorError`` if it is not in the form of vectors, ``FileSystemError`` if it is
    ///   not there.
    package init(_ name: String) throws {
        let path = "\(Vector.folder)/\(name).txt"
        let file = try FileHandle.open(path, O_RDONLY).readAll(bytesMax: Vector.bytesMax)
        let lines = String(decoding: file, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        var fields: [String: [String]] = [:]
        for line in lines.prefix(while: { !$0.isEmpty }) {
            let parts = line.split(separator: ": ", maxSplits: 1).map { String($0) }
            guard parts.count == 2 else {
                throw VectorError.noHeader(vector: name)
            }
            fields[parts[0], default: []].append(parts[1])
        }
        let body = lines.drop { !$0.isEmpty }.joined()
        guard let outcome = fields["expect"]?.first.flatMap({ Outcome(rawValue: $0) }),
            fields["of"]?.count == 1, let bytes = Hex.decode(body)
        else {
            throw VectorError.noHeader(vector: name)
        }
        self.name = name
        self.expect = outcome
        self.bytes = bytes
        self.fields = fields
    }

    /// The names of all vectors of a structure, for the arguments of a test. Where there are none,
    /// the one name cannot be read, so that the test fails.
    package static func names(of structure: String) -> [String] {
        all[structure] ?? ["no vector of \(structure)"]
    }

    /// The names of all vectors, by structure; what cannot be read by its own name.
    private static let all: [String: [String]] = {
        guard let directory = try? FileHandle.open(folder, O_RDONLY | O_DIRECTORY),
            let files = try? directory.names()
        else {
            return [:]
        }
        let names = files.map { String(decoding: $0, as: UTF8.self) }
            .filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
        return Dictionary(grouping: names) { name in
            (try? Vector(name))?.fields["of"]?.first ?? name
        }
    }()
}

// MARK: - Header lines

extension Vector {
    /// All values of a header, in order; none if it has none.
    package func texts(_ key: String) -> [String] { fields[key] ?? [] }

    /// The value of a header.
    package func text(_ key: String) throws -> String {
        guard let value = fields[key]?.first else {
            throw VectorError.noField(vector: name, key: key)
        }
        return value
    }

    /// A header's bytes, given in hex; `-` is none.
    package func bytes(_ key: String) throws -> [UInt8] {
        try word(try text(key), key)
    }

    /// A header's 32 bytes.
    package func digest(_ key: String) throws -> Digest {
        guard let digest = Digest(try bytes(key)) else {
            throw VectorError.noField(vector: name, key: key)
        }
        return digest
    }

    /// A header's 16 bytes.
    package func id(_ key: String) throws -> RandomID {
        guard let id = RandomID(try bytes(key)) else {
            throw VectorError.noField(vector: name, key: key)
        }
        return id
    }

    /// A header's number.
    package func number<T: FixedWidthInteger>(_ key: String, _ type: T.Type = T.self) throws -> T {
        guard let number = T(try text(key)) else {
            throw VectorError.noField(vector: name, key: key)
        }
        return number
    }

    /// The words of each value of a header.
    package func rows(_ key: String) -> [Row] {
        texts(key).map { value in
            Row(vector: self, key: key, words: value.split(separator: " ").map { String($0) })
        }
    }

    fileprivate func word(_ word: String, _ key: String) throws -> [UInt8] {
        guard let bytes = Hex.decode(word == "-" ? "" : word) else {
            throw VectorError.noField(vector: name, key: key)
        }
        return bytes
    }

    /// One value that has several words.
    package struct Row: Sendable {
        fileprivate let vector: Vector
        fileprivate let key: String
        /// The words.
        package let words: [String]

        /// The bytes of a word in hex.
        package func bytes(_ place: Int) throws -> [UInt8] {
            try vector.word(try word(place), key)
        }

        /// The 32 bytes of a word in hex.
        package func digest(_ place: Int) throws -> Digest {
            guard let digest = Digest(try bytes(place)) else {
                throw VectorError.noField(vector: vector.name, key: key)
            }
            return digest
        }

        /// The number that a word is.
        package func number<T: FixedWidthInteger>(
            _ place: Int,
            _ type: T.Type = T.self
        ) throws -> T {
            guard let number = T(try word(place)) else {
                throw VectorError.noField(vector: vector.name, key: key)
            }
            return number
        }

        private func word(_ place: Int) throws -> String {
            guard words.indices.contains(place) else {
                throw VectorError.noField(vector: vector.name, key: key)
            }
            return words[place]
        }
    }
}
