/// The head of a data element: everything but its value.
struct DICOMElement: Hashable, Sendable {
    /// Which element.
    let tag: DICOMTag
    /// How its value is represented; nil where that is not written.
    let vr: DICOMVR?
    /// Bytes of its value.
    let length: UInt32

    /// Whether its value ends with a delimiter instead of having a length (PS3.5 §7.1.1).
    var isUndefined: Bool { length == .max }
}
