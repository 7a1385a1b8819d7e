package import Model

/// Pins as they stand in a file, a line each (FORMAT.md §13.2): a host's own list, what `--signer`
/// takes, and what lies on a medium beside a copy.
package struct SignerFile: Hashable, Sendable {
    /// The longest file.
    package static let bytesMax = 1 << 20

    /// In the file's order; no key stands twice.
    package private(set) var pins: [SignerPin] = []

    /// A file without a pin.
    package init() {}

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - bytes: lines of UTF-8, ended by LF or CR LF. Empty ones and those that begin with `#`
    ///     say nothing.
    ///   - path: its name, for errors.
    /// - Throws: ``SignerFileError`` for the first line that is not a pin, or has a key that stood
    ///   before.
    package init(decoding bytes: [UInt8], path: String) throws(SignerFileError) {
        guard bytes.count <= SignerFile.bytesMax else {
            throw SignerFileError(path: path, line: nil, reason: "is longer than a signer file")
        }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            do throws(FormatError) {
                try read(line)
            } catch {
                throw SignerFileError(path: path, line: number + 1, reason: error.description)
            }
        }
    }

    private mutating func read(_ bytes: ArraySlice<UInt8>) throws(FormatError) {
        var bytes = bytes
        if bytes.last == UInt8(ascii: "\r") {
            bytes.removeLast()
        }
        guard let line = String(validating: bytes, as: UTF8.self) else {
            throw .invalid("is not UTF-8")
        }
        guard let first = line.first(where: { $0 != " " && $0 != "\t" }), first != "#" else {
            return
        }
        let pin = try SignerPin(line: line)
        guard self.pin(of: pin.key) == nil else {
            throw .invalid("has a key that stands in an earlier line")
        }
        pins.append(pin)
    }

    /// The file's bytes: each pin in its one spelling. Comments of a file that was read are gone.
    package var encoded: [UInt8] {
        Array(pins.map { $0.line + "\n" }.joined().utf8)
    }

    /// The pin of a key.
    package func pin(of key: [UInt8]) -> SignerPin? {
        pins.first { $0.key == key }
    }

    /// Puts a pin in the place of the one of the same key, or after the others.
    package mutating func put(_ pin: SignerPin) {
        if let place = pins.firstIndex(where: { $0.key == pin.key }) {
            pins[place] = pin
        } else {
            pins.append(pin)
        }
    }
}

/// What is wrong with a signer file.
package struct SignerFileError: ToldError, Equatable {
    /// The file.
    package let path: String
    /// Which line, from 1; nil if it is about the whole.
    package let line: Int?
    /// The rule that is broken, as the rest of a sentence.
    package let reason: String

    package var description: String {
        line.map { "\(path), line \($0), \(reason)" } ?? "\(path) \(reason)"
    }

    package var hint: String {
        "a line is 64 hexadecimal digits in lower case, as `toride init` prints them, then perhaps "
            + "kind=…, set=…, through=… and # with a label (FORMAT.md §13.2)"
    }

    package var exitCode: ExitCode { .usage }
}
