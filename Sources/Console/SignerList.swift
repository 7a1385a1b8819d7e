import FileSystem
package import Format
import Glibc
import Primitives
import Verification

/// The pins that an operator names with `--signer`: keys alone, or signer files, as a medium has.
package struct SignerList: Sendable {
    /// In the order in which they were named. A key may stand in several files: then it is believed
    /// for what any of them says, and beyond the heads of none.
    package private(set) var pins: [SignerPin] = []

    /// Reads what was typed.
    ///
    /// - Parameter words: each 64 hexadecimal digits, or a path.
    /// - Throws: ``RequestError/signer(_:)`` for what is neither, and for a file without a key;
    ///   ``SignerFileError`` for a line of a file; ``FileSystemError`` for a file that cannot be
    ///   read.
    package init(reading words: [String]) throws {
        for word in words {
            if let key = VerifyingKey(hex: word) {
                pins.append(SignerPin(key: key.bytes))
            } else {
                pins += try SignerList.read(file: word)
            }
        }
    }

    private static func read(file path: String) throws -> [SignerPin] {
        let bytes: [UInt8]
        do throws(FileSystemError) {
            bytes = try FileHandle.open(path, O_RDONLY).readAll(bytesMax: SignerFile.bytesMax)
        } catch {
            guard !error.isMissing, error.code != ENAMETOOLONG else {
                throw RequestError.signer(path)
            }
            throw error
        }
        let pins = try SignerFile(decoding: bytes, path: path).pins
        guard !pins.isEmpty else {
            throw RequestError.signer(path)
        }
        return pins
    }
}
