/// What files of SS-MIX2 storage have in common.
extension Relation {
    /// Every message: patient, day, type, order, time of sending.
    static let ssmix2Key = Relation("ssmix2-key")
    /// Current messages: patient, day, type, order.
    static let ssmix2Current = Relation("ssmix2-current")
    /// Deleted messages: patient, day, type, order.
    static let ssmix2Deleted = Relation("ssmix2-deleted")
    /// Every message by patient, type and flag: sums of it tell whether patients were exchanged.
    static let ssmix2Tally = Relation("ssmix2-tally")
    /// Orders that were not deleted: patient, type, order.
    static let ssmix2Order = Relation("ssmix2-order")
    /// Orders that results are of: patient, the order's type, order.
    static let ssmix2Result = Relation("ssmix2-result")
    /// Rows of the index database, keyed as ``ssmix2Key``.
    static let ssmix2IndexRow = Relation("ssmix2-index-row")
    /// Rows of the index database whose file is current, keyed as ``ssmix2Current``.
    static let ssmix2IndexCurrent = Relation("ssmix2-index-current")
    /// Rows of the transaction log, keyed as ``ssmix2Key``.
    static let ssmix2LogRow = Relation("ssmix2-log-row")
    /// Deletions in the transaction log, keyed as ``ssmix2Deleted``.
    static let ssmix2LogDeletion = Relation("ssmix2-log-deletion")
    /// Current folders of extended storage: patient, day, kind, key; the value is the folder.
    static let ssmix2ExtendedCurrent = Relation("ssmix2-extended-current")
    /// Every file of extended storage by patient, kind and flag.
    static let ssmix2ExtendedTally = Relation("ssmix2-extended-tally")
}
