/// How the elements of a data set are written.
struct DICOMEncoding: Hashable, Sendable {
    /// Whether each element says its value representation (PS3.5 §7.1.2), or none does (§7.1.3).
    let hasVR: Bool
    /// Whether numbers have their highest byte first (PS3.5 §A.3, retired).
    let isBigEndian: Bool

    static let implicitLittle = DICOMEncoding(hasVR: false, isBigEndian: false)
    static let explicitLittle = DICOMEncoding(hasVR: true, isBigEndian: false)
    static let explicitBig = DICOMEncoding(hasVR: true, isBigEndian: true)
}

/// What a transfer syntax makes of a data set (PS3.5 §10 and Annex A; PS3.6 Table A-1).
struct DICOMTransferSyntax: Hashable, Sendable {
    /// How pixel data must stand in a file.
    enum PixelForm: Hashable, Sendable {
        /// As one value, whose length the image's size makes.
        case native
        /// In fragments (§A.4).
        case encapsulated
        /// In fragments that frames share: video (§A.4.5 and following).
        case stream
        /// Not known: a private syntax, or one whose pixels lie elsewhere (§A.6).
        case any
    }

    /// How elements are written.
    let encoding: DICOMEncoding
    /// How pixel data must stand.
    let pixelForm: PixelForm
    /// Whether the data set is deflated as a whole (§A.5).
    var isDeflated = false

    /// Knows a syntax by its UID.
    ///
    /// All that the standard has added since 1995, and all that encapsulate, write their elements
    /// with explicit VR, little endian (§A.4). A syntax that is not known is read so too: if that
    /// is wrong, the elements do not add up to the file.
    ///
    /// - Parameter uid: the value of (0002,0010), without padding.
    init(uid: String) {
        switch uid {
        case "1.2.840.10008.1.2", "1.2.840.113619.5.2":
            // The second is GE's own: implicit, only its pixels have the highest byte first.
            self.init(encoding: .implicitLittle, pixelForm: .native)
        case "1.2.840.10008.1.2.1":
            self.init(encoding: .explicitLittle, pixelForm: .native)
        case "1.2.840.10008.1.2.1.99":
            self.init(encoding: .explicitLittle, pixelForm: .native, isDeflated: true)
        case "1.2.840.10008.1.2.2":
            self.init(encoding: .explicitBig, pixelForm: .native)
        case "1.2.840.10008.1.2.4.94", "1.2.840.10008.1.2.4.204":
            self.init(encoding: .explicitLittle, pixelForm: .any)
        case "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205":
            self.init(encoding: .explicitLittle, pixelForm: .any, isDeflated: true)
        case _ where uid.hasPrefix("1.2.840.10008.1.2.4.10"):
            // MPEG-2, MPEG-4 and HEVC: .100 to .108 and their fragmentable forms.
            self.init(encoding: .explicitLittle, pixelForm: .stream)
        case _ where uid.hasPrefix("1.2.840.10008.1.2."):
            self.init(encoding: .explicitLittle, pixelForm: .encapsulated)
        default:
            self.init(encoding: .explicitLittle, pixelForm: .any)
        }
    }

    /// What is taken where a head names no syntax.
    ///
    /// - Parameter start: the first six bytes of the data set.
    init(guessedFrom start: ArraySlice<UInt8>) {
        let letters = start.dropFirst(4).prefix(2)
        let vr = letters.first.flatMap { first in
            letters.last.flatMap { DICOMVR(first, $0) }
        }
        self.init(
            encoding: vr?.isKnown == true ? .explicitLittle : .implicitLittle,
            pixelForm: .any
        )
    }

    private init(encoding: DICOMEncoding, pixelForm: PixelForm, isDeflated: Bool = false) {
        self.encoding = encoding
        self.pixelForm = pixelForm
        self.isDeflated = isDeflated
    }
}
