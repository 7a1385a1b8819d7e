/// Reads DICOM files (PS3.10 §7) and DICOMDIRs (PS3.10 §8.6).
package struct DICOMReader: FormatReader {
    /// Inflates the rest of a file: RFC 1951, as PS3.5 §A.5 has it; throws ``ContentError``, or
    /// what the file throws.
    package typealias Inflate = @Sendable (ContentReader) throws -> [UInt8]

    private let localOffset: Int64
    private let inflate: Inflate?

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - localOffset: seconds by which the hospital's clock is ahead of UTC, for times without a
    ///     zone.
    ///   - inflate: inflates data sets that are deflated; without it such files are unreadable.
    package init(localOffset: Int64, inflate: Inflate? = nil) {
        self.localOffset = localOffset
        self.inflate = inflate
    }

    /// What must hold between the files: D5, D6, and D8 for what DICOMDIRs name.
    package static let storeRules: [StoreRule] = [
        .unique(.dicomInstance, .dicomInstance),
        .single(.study, .dicomStudy),
        .single(.dicomSeries, .dicomStudy),
        .within(.dicomNamed, .dicomPlaced, .dicomDirectory),
    ]

    /// Reads one file: a DICOMDIR, an instance, or what is neither.
    ///
    /// - Parameters:
    ///   - path: beneath the store's root, parts separated by `/`; bytes, not text.
    ///   - content: the file's bytes, from the front.
    /// - Returns: what the file says; whatever the bytes are, this is a value.
    /// - Throws: only what `content` throws because it could not be read.
    package func facts(of path: [UInt8], _ content: ContentReader) throws -> FileFacts {
        let start = Array(try content.peek(DICOMFile.startByteCount))
        guard DICOMFile.hasMark(start[...]) else {
            return isClaimed(path) || isBareDataSet(start, size: content.size)
                ? .unparsed(.dicomReadable) : .foreign
        }
        var file = DICOMFile(at: path, content, inflate: inflate)
        do {
            try file.read()
        } catch ContentError.malformed(let place) {
            return file.brokenFacts(at: place)
        } catch is ContentError {
            return file.brokenFacts(at: "")
        }
        return file.facts(localOffset: localOffset)
    }

    /// Whether a name claims to be that of a DICOM file.
    private func isClaimed(_ path: [UInt8]) -> Bool {
        let name = path.split(separator: UInt8(ascii: "/")).last ?? []
        let small = String(decoding: name, as: UTF8.self).lowercased()
        return small.hasSuffix(".dcm") || small.hasSuffix(".dicom") || small == "dicomdir"
    }

    /// Whether a file begins with an element of group 0002 or 0008, as a head or a data set
    /// without a preamble does: written by a program that did not know PS3.10, or cut off in front.
    private func isBareDataSet(_ start: [UInt8], size: UInt64) -> Bool {
        guard start.count >= 8 else {
            return false
        }
        let isLittle = start[1] == 0 && (start[0] == 0x02 || start[0] == 0x08)
        let isBig = start[0] == 0 && (start[1] == 0x02 || start[1] == 0x08)
        guard isLittle || isBig else {
            return false
        }
        if let vr = DICOMVR(start[4], start[5]), vr.isKnown {
            return true
        }
        let length = start[4..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return isLittle && length <= size - 8
    }
}
