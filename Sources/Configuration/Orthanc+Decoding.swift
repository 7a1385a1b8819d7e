import Clinical

extension Configuration.Orthanc {
    /// Reads the mapping.
    ///
    /// - Parameters:
    ///   - node: `{storage: PATH, index: PATH}`.
    ///   - paths: the set's own.
    /// - Throws: ``ConfigurationError`` for a folder outside of the set.
    init(_ node: YAMLNode, beneath paths: [String]) throws(ConfigurationError) {
        let section = try Section(node, allowed: ["storage", "index"])
        let storage = try section.required("storage").path(beneath: paths)
        self.storage = storage
        index = try section["index"]?.path(beneath: paths) ?? storage
    }

    /// The rule against files of no format: the index lies beside the images, and attachments that
    /// are none, too.
    private static let waived = ["G1": "the index and attachments of Orthanc that are no images"]

    /// The set's stores, with the storage as one of DICOM: an image server is judged by its images
    /// as well as by its answers.
    ///
    /// - Parameter stores: those that the file names.
    /// - Returns: all; that of the storage has the server's own files waived. Nil if another store
    ///   overlaps with it.
    func joined(to stores: [Configuration.ClinicalStore]) -> [Configuration.ClinicalStore]? {
        let named = stores.first { $0.path == storage && $0.format == .dicom }
        let own = Configuration.ClinicalStore(
            format: .dicom,
            path: storage,
            waived: Self.waived.merging(named?.waived ?? [:]) { _, theirs in theirs }
        )
        let others = stores.filter { $0 != named }
        return others.contains { $0.overlaps(own) } ? nil : others + [own]
    }
}
