import Foundation
import FoundationXML

/// Builds elements of what Foundation's parser tells of one document. The only place that knows
/// that parser.
final class S3DocumentReader: XMLParserDelegate {
    /// S3's deepest answers have five.
    private static let depthMax = 16
    /// A list of 1,000 versions has some 12,000.
    private static let elementsMax = 100_000

    private let textBytesMax: Int
    private var open: [S3Element] = []
    private var root: S3Element?
    private var elements = 0
    private var textBytes = 0
    private var isStrange = false

    private init(textBytesMax: Int) {
        self.textBytesMax = textBytesMax
    }

    /// Reads a document; nil if it is not well-formed, or deeper or of more elements than any of
    /// S3's.
    static func read(_ bytes: [UInt8]) -> S3Element? {
        // No text is longer than the document: that would be an entity which became it.
        let reader = S3DocumentReader(textBytesMax: bytes.count)
        let parser = XMLParser(data: Data(bytes))
        // Also its default: what is not in the document is never fetched.
        parser.externalEntityResolvingPolicy = .never
        // It does not keep its delegate alive.
        parser.delegate = reader
        let isRead = withExtendedLifetime(reader) { parser.parse() }
        guard isRead, !reader.isStrange, reader.open.isEmpty else {
            return nil
        }
        return reader.root
    }

    // MARK: - As the parser calls

    /// Opens an element in the one that is open.
    func parser(
        _ parser: XMLParser,
        didStartElement elementName: String,
        namespaceURI: String?,
        qualifiedName: String?,
        attributes: [String: String]
    ) {
        elements += 1
        guard !isStrange, root == nil, open.count < Self.depthMax, elements <= Self.elementsMax
        else {
            end(parser)
            return
        }
        let name = elementName.split(separator: ":").last ?? ""
        open.append(S3Element(String(name)))
    }

    /// Closes the element that is open.
    func parser(
        _ parser: XMLParser,
        didEndElement elementName: String,
        namespaceURI: String?,
        qualifiedName: String?
    ) {
        guard !isStrange, let element = open.popLast() else {
            end(parser)
            return
        }
        if open.isEmpty {
            root = element
        } else {
            open[open.count - 1].children.append(element)
        }
    }

    /// Adds to the text of the element that is open.
    func parser(_ parser: XMLParser, foundCharacters string: String) {
        textBytes += string.utf8.count
        guard !isStrange, textBytes <= textBytesMax else {
            end(parser)
            return
        }
        if !open.isEmpty {
            open[open.count - 1].text += string
        }
    }

    /// Adds to the text of the element that is open.
    func parser(_ parser: XMLParser, foundCDATA data: Data) {
        self.parser(parser, foundCharacters: String(decoding: data, as: UTF8.self))
    }

    /// Takes nothing of a document that is wrong somewhere.
    func parser(_ parser: XMLParser, parseErrorOccurred parseError: any Error) {
        isStrange = true
    }

    private func end(_ parser: XMLParser) {
        isStrange = true
        parser.abortParsing()
    }
}
