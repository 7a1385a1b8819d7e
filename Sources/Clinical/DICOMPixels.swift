import Model
import Primitives

/// The pixel data of an instance, as its file holds them.
struct DICOMPixels: Hashable, Sendable {
    /// How they stand.
    enum Form: Hashable, Sendable {
        /// As one value of so many bytes.
        case native(UInt32)
        /// In fragments.
        case encapsulated(DICOMFragments)
    }

    /// Which element they are: integers (7FE0,0010), floats (7FE0,0008) or doubles (7FE0,0009).
    let tag: DICOMTag
    /// How they stand.
    let form: Form
    /// The first eight bytes of SHA-256 over the value, or over all fragments' values.
    let hash: UInt64

    /// Looks for what breaks rule D7.
    ///
    /// - Parameters:
    ///   - data: the instance's other elements.
    ///   - syntax: how its pixel data must stand.
    /// - Returns: the element that is wrong; nil if none is.
    func fault(_ data: DICOMAttributes, _ syntax: DICOMTransferSyntax) -> DICOMTag? {
        switch (form, syntax.pixelForm) {
        case (.native, .encapsulated), (.native, .stream), (.encapsulated, .native):
            tag
        case (.native, .any):
            // Nothing says how many bits a pixel has in a private compression.
            nil
        case (.native(let length), .native):
            fault(native: length, data)
        case (.encapsulated(let fragments), let form):
            fault(fragments, isStream: form == .stream, data)
        }
    }

    /// PS3.5 §8.1.1 and §8.1.2: all frames' bits, one after another, then padding to an even
    /// number of bytes.
    private func fault(native length: UInt32, _ data: DICOMAttributes) -> DICOMTag? {
        let needed: [DICOMTag] = [.rows, .columns, .samples, .bitsAllocated]
        var factors: [UInt64] = []
        for tag in needed {
            guard let factor = data.number(tag) else {
                return tag
            }
            factors.append(factor)
        }
        guard let frames = frames(data) else {
            return .frames
        }
        if isSubsampled(data), factors[2] == 3 {
            factors[2] = 2
        }
        // Floats have the length of their element, whatever is allocated (PS3.3 §C.7.6.24, .25).
        if tag != .pixels {
            factors[3] = tag == .floatPixels ? 32 : 64
        }
        var bits = frames
        for factor in factors {
            let product = bits.multipliedReportingOverflow(by: factor)
            guard !product.overflow else {
                return tag
            }
            bits = product.partialValue
        }
        let bytes = bits / 8 + (bits % 8 == 0 ? 0 : 1)
        return UInt64(length) == bytes + bytes % 2 ? nil : tag
    }

    /// Whether two pixels share their colour: two samples a pixel instead of three (PS3.3
    /// §C.7.6.3.1.2).
    private func isSubsampled(_ data: DICOMAttributes) -> Bool {
        ["YBR_FULL_422", "YBR_PARTIAL_422"].contains(data.identifier(.photometric))
    }

    /// PS3.5 §A.4: a frame is one fragment or more, and the table, if it has entries, has one for
    /// each; in video it need not.
    private func fault(
        _ fragments: DICOMFragments,
        isStream: Bool,
        _ data: DICOMAttributes
    ) -> DICOMTag? {
        guard let frames = frames(data) else {
            return .frames
        }
        guard fragments.count > 0, fragments.isEven, fragments.isTableRight else {
            return tag
        }
        guard !isStream else {
            return nil
        }
        let isTableWhole = fragments.offsetCount == 0 || UInt64(fragments.offsetCount) == frames
        return isTableWhole && fragments.count >= frames ? nil : tag
    }

    /// How many frames there are: one if nothing is said (PS3.3 §C.7.6.6).
    private func frames(_ data: DICOMAttributes) -> UInt64? {
        let text = data.text(.frames)
        return text.isEmpty ? 1 : text.dicomDecimal
    }
}

extension DICOMParser {
    /// Reads pixel data.
    ///
    /// - Parameter element: their element, whose head was just read.
    /// - Returns: how they stand, and their hash.
    /// - Throws: ``ContentError`` if they are not well formed or longer than the file.
    func pixels(_ element: DICOMElement) throws -> DICOMPixels {
        let digest = SHA256()
        let form: DICOMPixels.Form
        if element.isUndefined {
            form = .encapsulated(try fragments { digest.update($0) })
        } else {
            try passValue(of: element) { digest.update($0) }
            form = .native(element.length)
        }
        return DICOMPixels(tag: element.tag, form: form, hash: digest.finish().prefix)
    }
}
