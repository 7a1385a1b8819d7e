/// Reads files of HL7 FHIR R4: NDJSON with a resource a line, single resources and bundles.
package struct FHIRReader: FormatReader {
    /// References resolve, and no resource is there twice.
    package static let storeRules: [StoreRule] = [
        .within(FHIRRelation.reference, FHIRRelation.resource, .fhirReferences),
        .within(FHIRRelation.address, FHIRRelation.resource, .fhirAddresses),
        .unique(FHIRRelation.identity, .fhirIdentity),
    ]

    /// How a file is laid out.
    private enum Layout {
        /// A resource a line.
        case lines
        /// One resource, which may be a bundle.
        case document
    }

    private let localOffset: Int64

    /// Reads for a hospital.
    ///
    /// - Parameter localOffset: seconds by which its clock is ahead of UTC, for dates and for times
    ///   that have no zone.
    package init(localOffset: Int64) {
        self.localOffset = localOffset
    }

    /// Reads one file, as ``FormatReader`` demands.
    package func facts(of path: [UInt8], _ content: ContentReader) throws -> FileFacts {
        guard let layout = try Self.layout(of: path, content) else {
            return .foreign
        }
        var parser = try FHIRParser(
            content,
            isLineBound: layout == .lines,
            localOffset: localOffset
        )
        switch layout {
        case .lines: return try parser.lines()
        case .document: return try parser.document()
        }
    }

    /// By the end of its name, or by its beginning if the name says nothing.
    private static func layout(of path: [UInt8], _ content: ContentReader) throws -> Layout? {
        let name = String(decoding: path.suffix(8), as: UTF8.self).lowercased()
        if name.hasSuffix(".ndjson") || name.hasSuffix(".jsonl") {
            return .lines
        }
        if name.hasSuffix(".json") {
            return .document
        }
        let start = try content.peek(256).drop { $0 <= 0x20 }
        let mark = Array("\"resourceType\"".utf8)
        let isResource =
            start.first == UInt8(ascii: "{")
            && start.indices.contains { start[$0...].starts(with: mark) }
        return isResource ? .document : nil
    }
}
