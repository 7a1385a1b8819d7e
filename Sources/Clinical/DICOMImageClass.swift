/// The SOP Classes of images: an instance of one without pixel data is none (PS3.3 §C.7.6.3).
enum DICOMImageClass {
    /// Whether a class is of images.
    ///
    /// - Parameter uid: the value of (0008,0016), without padding.
    /// - Returns: false for documents, plans, protocols and private classes, and for classes that
    ///   the standard will add.
    static func contains(_ uid: String) -> Bool {
        uid.hasPrefix(root) && suffixes.contains(String(uid.dropFirst(root.count)))
    }

    private static let root = "1.2.840.10008.5.1.4.1.1."

    /// PS3.4 Table B.5-1 of 2025 and the retired ones of Table B.6-1: those that are called images,
    /// segmentations or parametric maps.
    private static let suffixes: Set<String> = [
        // Radiographs and mammographs, for presentation and for processing.
        "1", "1.1", "1.1.1", "1.2", "1.2.1", "1.3", "1.3.1",
        // CT, MR and PET, old and enhanced.
        "2", "2.1", "2.2", "4", "4.1", "4.3", "4.4", "128", "128.1", "130",
        // Ultrasound, nuclear medicine, and secondary capture.
        "3", "3.1", "5", "6", "6.1", "6.2", "6.3", "20", "7", "7.1", "7.2", "7.3", "7.4",
        // Angiography, fluoroscopy, tomosynthesis and coherence tomography.
        "12.1", "12.1.1", "12.2", "12.2.1", "12.3", "13.1.1", "13.1.2", "13.1.3", "13.1.4",
        "13.1.5", "14.1", "14.2",
        // Segmentations and parametric maps.
        "30", "66.4",
        // Endoscopy, microscopy, photography and the eye.
        "77.1.1", "77.1.1.1", "77.1.2", "77.1.2.1", "77.1.3", "77.1.4", "77.1.4.1", "77.1.5.1",
        "77.1.5.2", "77.1.5.4", "77.1.5.5", "77.1.5.6", "77.1.6", "77.1.7",
        // Radiotherapy.
        "481.1",
    ]
}
