package import Model
import Primitives

/// A patient who is nobody: a hospital has set a number aside for him. At each backup a message
/// with his demographics is written into standardized storage, and a drill demands it back:
/// FORMAT.md §15.1.
package struct SSMIX2TestPatient: Hashable, Sendable {
    /// His number.
    package let id: String

    /// Largest message that is looked at; ours has some hundred bytes.
    package static let messageBytesMax = 64 << 10

    /// Takes a number that was set aside; nil unless it has 7 to 15 letters, digits and hyphens of
    /// ASCII: how folders are cut from fewer is not laid down, and more do not fit into an index
    /// (NHO index_db.md, PatientID).
    package init?(_ id: String) {
        let bytes = Array(id.utf8)
        guard (7...15).contains(bytes.count), bytes.allSatisfy({ Self.isOfNumber($0) }) else {
            return nil
        }
        self.id = id
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"):
            true
        default:
            false
        }
    }

    // MARK: - The message

    /// His demographics (ADT^A08), in the form that S6 to S9 demand.
    ///
    /// - Parameters:
    ///   - canary: the bytes of the signed record that the message is bound to.
    ///   - sent: when it is written.
    ///   - localOffset: seconds by which the hospital's clock is ahead of UTC.
    /// - Returns: the message; segments end in CR.
    package func message(
        boundTo canary: [UInt8],
        sent: Timestamp,
        localOffset: Int64
    ) -> [UInt8] {
        let time = Self.digits(sent, localOffset)
        let control = Self.control(of: canary)
        let segments = [
            #"MSH|^~\&|TORIDE|TORIDE|GW|STORAGE|"# + "\(time)||ADT^A08^ADT_A01|\(control)|P|2.5"
                + "||||||~ISO IR87||ISO 2022-1994"
                + "|SS-MIX2_1.20^SS-MIX2^1.2.392.200250.2.1.100.1.2.120^ISO",
            "EVN||\(time)|||TORIDE|\(time)",
            "PID|0001||\(id)||\(Self.names)||20000101|U",
            "PV1|0001|N",
        ]
        return Array(segments.map { $0 + "\r" }.joined().utf8)
    }

    /// 砦 試験, トリデ シケン, TORIDE TEST: ideographic, phonetic, alphabetic (HL7 table 0465). The
    /// first two in JIS X 0208, between escapes.
    private static let names = [
        "\u{1b}$B:V\u{1b}(B^\u{1b}$B;n83\u{1b}(B^^^^^L^I",
        "\u{1b}$B%H%j%G\u{1b}(B^\u{1b}$B%7%1%s\u{1b}(B^^^^^L^P",
        "TORIDE^TEST^^^^^L^A",
    ].joined(separator: "~")

    // MARK: - Its control id

    private static let mark = "TRD"
    /// MSH-10 has at most 20 characters (HL7 v2.5 §2.15.9.10).
    private static let digitCount = 17

    /// The control id (MSH-10) of the message that is bound to a canary: a mark, and the beginning
    /// of the SHA-256 of the canary's bytes.
    package static func control(of canary: [UInt8]) -> String {
        mark + SHA256.hash(canary).hex.prefix(digitCount).uppercased()
    }

    /// The control id of a message; nil for what is none.
    package static func control(in message: [UInt8]) -> String? {
        guard let message = try? HL7Parser.message(message), let header = message.segments.first
        else {
            return nil
        }
        return String(decoding: message.field(10, of: header), as: UTF8.self)
    }

    /// Whether a message's control id is of the kind that Toride gives.
    ///
    /// - Parameter message: whatever lies where its messages lie.
    /// - Returns: false for a message of anyone else, and for none.
    package static func isOurs(_ message: [UInt8]) -> Bool {
        guard let control = control(in: message), control.hasPrefix(mark) else {
            return false
        }
        let digits = control.dropFirst(mark.count)
        return digits.count == digitCount
            && digits.allSatisfy { "0123456789ABCDEF".contains($0) }
    }

    // MARK: - Its place

    /// The folders that his messages lie in, from the storage's root down; the third is his own.
    package var folders: [[UInt8]] {
        let number = Array(id.utf8)
        return [
            Array(number.prefix(3)), Array(number.dropFirst(3).prefix(3)), number,
            Array("-".utf8), Array(SSMIX2DataType.adt00.rawValue.utf8),
        ]
    }

    /// The last of ``folders``, as a path beneath the storage's root.
    package var path: [UInt8] { Array(folders.joined(separator: "/".utf8)) }

    /// The name of a current message.
    ///
    /// - Parameters:
    ///   - sent: when it is written.
    ///   - localOffset: seconds by which the hospital's clock is ahead of UTC.
    /// - Returns: the seven parts; the flag is 1.
    package func name(sent: Timestamp, localOffset: Int64) -> [UInt8] {
        let thousandths = String(1_000 + sent.nanoseconds / 1_000_000).dropFirst()
        let time = "\(Self.digits(sent, localOffset))\(thousandths)"
        let type = SSMIX2DataType.adt00.rawValue
        // Of a patient's own messages the order's number means nothing.
        let order = String(repeating: "9", count: 15)
        return Array("\(id)_-_\(type)_\(order)_\(time)_-_1".utf8)
    }

    /// The name that a current message gets when another takes its place.
    package static func superseded(_ name: [UInt8]) -> [UInt8] {
        Array(name.dropLast()) + Array("2".utf8)
    }

    /// Whether a name in the last of ``folders`` is that of a current message.
    package func isCurrent(_ name: [UInt8]) -> Bool { condition(name) == .current }

    /// Whether a name there is one that messages of Toride's have.
    package func mayBeOurs(_ name: [UInt8]) -> Bool {
        let condition = condition(name)
        return condition == .current || condition == .superseded
    }

    private func condition(_ name: [UInt8]) -> SSMIX2Condition? {
        guard let path = SSMIX2Path((folders + [name]).map { $0[...] }), path.isInPlace else {
            return nil
        }
        return path.condition
    }

    /// `YYYYMMDDHHMMSS` in the hospital's clock.
    private static func digits(_ time: Timestamp, _ localOffset: Int64) -> String {
        let local = time.seconds.addingReportingOverflow(localOffset).partialValue
        return Timestamp(seconds: local).rfc3339.filter { $0.isNumber }
    }
}
