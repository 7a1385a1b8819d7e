/// The relations that claim files speak of.
enum UKERelation {
    /// Months for which something was claimed: the month's number (``UKEMonth/number``) is the key
    /// itself, for months are to be counted and are no one's secret; of whom and by whom is the
    /// value.
    static let month = Relation("uke-month")
    /// The institution's code, of each 点数表.
    static let institution = Relation("uke-institution")
    /// Volumes of claims that did not fit into one.
    static let volume = Relation("uke-volume")
    /// Volumes that another volume tells of.
    static let volumeMentioned = Relation("uke-volume-told")
    /// Claims, by patient, with month, number and points as the value.
    static let claim = Relation("uke-claim")
}
