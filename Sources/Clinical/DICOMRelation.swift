extension Relation {
    /// Instances, by SOP Instance UID, with a hash of their pixels.
    static let dicomInstance = Relation("dicom-instance")
    /// Series, by Series Instance UID, with a hash of their study.
    static let dicomSeries = Relation("dicom-series")
    /// Series, once for each instance, with a hash of its number: sums of it show gaps.
    static let dicomSeriesTally = Relation("dicom-series-tally")
    /// What a DICOMDIR names: a place and the instance that lies there.
    static let dicomNamed = Relation("dicom-directory-file")
    /// Where instances lie: a place and the instance.
    static let dicomPlaced = Relation("dicom-file")
}
