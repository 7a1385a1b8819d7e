/// Reads an age header line by line; see ``AgeHeader/init(startOf:)``.
struct AgeHeaderParser {
    private let bytes: [UInt8]
    private var next = 0
    private var line = 0

    init(_ file: [UInt8]) {
        bytes = file
    }

    mutating func header() throws(AgeFormatError) -> AgeHeader {
        let version = Array(AgeHeader.versionLine.utf8) + [AgeHeader.lineFeed]
        guard bytes.starts(with: version) else {
            throw .notAgeVersion1
        }
        next = version.count
        line = 1
        var stanzas: [AgeStanza] = []
        while true {
            let start = try takeLine()
            if start.starts(with: AgeHeader.closingMark.utf8) {
                guard !stanzas.isEmpty else {
                    throw .header(line: line, .noStanza)
                }
                return AgeHeader(stanzas: stanzas, mac: try mac(start))
            }
            guard stanzas.count < AgeHeader.stanzasMax else {
                throw .header(line: line, .tooManyStanzas)
            }
            stanzas.append(try stanza(start))
        }
    }

    /// Takes the next line, without its LF.
    private mutating func takeLine() throws(AgeFormatError) -> ArraySlice<UInt8> {
        line += 1
        let rest = bytes[next...].prefix(AgeHeader.byteCountMax - next)
        guard let end = rest.firstIndex(of: AgeHeader.lineFeed) else {
            let isWhole = rest.endIndex == bytes.endIndex
            throw .header(line: line, isWhole ? .truncated : .tooLong)
        }
        next = end + 1
        return rest[..<end]
    }

    private mutating func stanza(
        _ start: ArraySlice<UInt8>
    ) throws(AgeFormatError) -> AgeStanza {
        let mark = Array("-> ".utf8)
        guard start.starts(with: mark) else {
            throw .header(line: line, .notAStanza)
        }
        let arguments = start.dropFirst(mark.count)
            .split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard let type = arguments.first, arguments.allSatisfy({ AgeStanza.isArgument($0) }) else {
            throw .header(line: line, .badArgument)
        }
        return AgeStanza(
            type: String(decoding: type, as: UTF8.self),
            arguments: arguments.dropFirst().map { String(decoding: $0, as: UTF8.self) },
            body: try body()
        )
    }

    /// A body ends with the first line that is shorter than 64 columns.
    private mutating func body() throws(AgeFormatError) -> [UInt8] {
        var body: [UInt8] = []
        while true {
            let text = try takeLine()
            guard text.count <= AgeBase64.columns, let bytes = AgeBase64.decode(text) else {
                throw .header(line: line, .badBody)
            }
            body += bytes
            if text.count < AgeBase64.columns {
                return body
            }
        }
    }

    private func mac(_ closing: ArraySlice<UInt8>) throws(AgeFormatError) -> [UInt8] {
        let mark = Array("\(AgeHeader.closingMark) ".utf8)
        guard closing.starts(with: mark),
            let mac = AgeBase64.decode(closing.dropFirst(mark.count)),
            mac.count == AgeHeader.macByteCount
        else {
            throw .header(line: line, .badMAC)
        }
        return mac
    }
}
