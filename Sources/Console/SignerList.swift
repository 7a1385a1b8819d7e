import FileSystem
import Glibc
package import Primitives
import Verification

/// The public keys that an operator names with `--signer`: the keys themselves, or files that hold
/// one a line, as a medium does.
package struct SignerList: Sendable {
    /// How many bytes such a file may have.
    private static let bytesMax = 64 << 10

    /// The keys, in hexadecimal.
    package private(set) var texts: [String] = []
    /// The keys.
    package private(set) var keys: [VerifyingKey] = []

    /// Reads what was typed. In a file, empty lines and those that begin with `#` say nothing.
    ///
    /// - Parameter words: each 64 hexadecimal digits, or a path.
    /// - Throws: ``RequestError/signer(_:)`` for what is neither, naming the line of a file;
    ///   ``FileSystemError`` for a file that cannot be read.
    package init(reading words: [String]) throws {
        for word in words {
            if add(word) {
                continue
            }
            try read(file: word)
        }
    }

    private mutating func add(_ text: String) -> Bool {
        guard let key = VerifyingKey(hex: text) else {
            return false
        }
        texts.append(text)
        keys.append(key)
        return true
    }

    private mutating func read(file path: String) throws {
        let bytes: [UInt8]
        do throws(FileSystemError) {
            bytes = try FileHandle.open(path, O_RDONLY).readAll(bytesMax: SignerList.bytesMax)
        } catch {
            guard !error.isMissing, error.code != ENAMETOOLONG else {
                throw RequestError.signer(path)
            }
            throw error
        }
        let lines = String(decoding: bytes, as: UTF8.self)
            .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let before = keys.count
        for (number, line) in lines.enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, !first.hasPrefix("#") else {
                continue
            }
            guard words.count == 1, add(String(first)) else {
                throw RequestError.signer("\(path), line \(number + 1),")
            }
        }
        guard keys.count > before else {
            throw RequestError.signer(path)
        }
    }
}
