/// Every finding that Toride can make. Codes are stable: they stand in records for decades.
/// FINDINGS.md says of each what it means and what to do.
package enum FindingCode: String, Hashable, Sendable, CaseIterable {
    // MARK: The repository, judged without a key
    case descriptorMissing = "descriptor-missing"
    case descriptorDamaged = "descriptor-damaged"
    case objectMissing = "object-missing"
    case objectDamaged = "object-damaged"
    case objectMisnamed = "object-misnamed"
    case objectUnreadable = "object-unreadable"
    case objectUnreferenced = "object-unreferenced"
    case objectForeign = "object-foreign"
    case objectUnfinished = "object-unfinished"
    case manifestDamaged = "manifest-damaged"
    case manifestSignatureInvalid = "manifest-signature-invalid"
    case manifestSignerUnknown = "manifest-signer-unknown"
    case signerNotEntitled = "signer-not-entitled"
    case signerRetired = "signer-retired"
    case manifestMisplaced = "manifest-misplaced"
    case manifestListInvalid = "manifest-list-invalid"
    case recordDamaged = "record-damaged"
    case recordSignerUnknown = "record-signer-unknown"
    case recordChainBroken = "record-chain-broken"
    case recordsNotJudged = "records-not-judged"
    case chainBroken = "chain-broken"
    case sequenceGap = "sequence-gap"
    case historyForked = "history-forked"
    case headBehind = "head-behind"
    case headDiffers = "head-differs"
    case recipientsChanged = "recipients-changed"
    case freshnessNotAsked = "freshness-not-asked"
    case freshnessUnknown = "freshness-unknown"
    case nothingToVerify = "nothing-to-verify"
    case recordNotStored = "record-not-stored"

    // MARK: Taking a backup
    case fileUnreadable = "file-unreadable"
    case fileChangedWhileRead = "file-changed-while-read"
    case fileGone = "file-gone"
    case fileUnsupported = "file-unsupported"
    case sourceUnmounted = "source-unmounted"
    case sourceEmptied = "source-emptied"
    case clockSetBack = "clock-set-back"
    case canaryNotTaken = "canary-not-taken"
    case epochBegun = "epoch-begun"

    // MARK: Opening with an identity
    case chunkDamaged = "chunk-damaged"
    case chunkMissing = "chunk-missing"
    case fileListInvalid = "file-list-invalid"
    case fileDigestDiffers = "file-digest-differs"
    case packTableDiffers = "pack-table-differs"
    case snapshotInvalid = "snapshot-invalid"
    case snapshotUnopened = "snapshot-unopened"

    // MARK: The catalog
    case catalogDamaged = "catalog-damaged"
    case catalogSnapshotMissing = "catalog-snapshot-missing"
    case catalogSnapshotUnknown = "catalog-snapshot-unknown"
    case catalogSnapshotDiffers = "catalog-snapshot-differs"
    case catalogObjectMissing = "catalog-object-missing"
    case catalogObjectUnknown = "catalog-object-unknown"
    case catalogObjectDiffers = "catalog-object-differs"

    // MARK: A drill
    case restoreFailed = "restore-failed"
    case databaseRestoreFailed = "database-restore-failed"
    case dumpUntrusted = "dump-untrusted"
    case databaseStructureDamaged = "database-structure-damaged"
    case tableMissing = "table-missing"
    case tableUnexpected = "table-unexpected"
    case tableRowCountDiffers = "table-row-count-differs"
    case tableContentDiffers = "table-content-differs"
    case schemaDiffers = "schema-differs"
    case sequenceBehind = "sequence-behind"
    case foreignKeyBroken = "foreign-key-broken"
    case notCompared = "not-compared"
    case restoredFileMissing = "restored-file-missing"
    case restoredFileUnexpected = "restored-file-unexpected"
    case restoredContentDiffers = "restored-content-differs"
    case restoredMetadataDiffers = "restored-metadata-differs"
    case assertionFailed = "assertion-failed"
    case canaryMissing = "canary-missing"
    case canaryDiffers = "canary-differs"
    case sentinelMissing = "sentinel-missing"
    case sentinelDiffers = "sentinel-differs"
    case controlMissed = "control-missed"
    case controlsNotRun = "controls-not-run"
    case drillAborted = "drill-aborted"
    case isolationMissing = "isolation-missing"
    case partSkipped = "part-skipped"
    case filesSampled = "files-sampled"
    case snapshotIncomplete = "snapshot-incomplete"
    case scenarioNotMet = "scenario-not-met"
    case lagExceeded = "lag-exceeded"
    case recoveryTimeExceeded = "recovery-time-exceeded"
    case recoveryPointExceeded = "recovery-point-exceeded"
    case recoveryPointUnknown = "recovery-point-unknown"
    case firstRecordUnknown = "first-record-unknown"
    case recoveryTimeAtRisk = "recovery-time-at-risk"
    case recoveryPointAtRisk = "recovery-point-at-risk"
    case deletedNotWiped = "deleted-not-wiped"
    case hostCanOpenPast = "host-can-open-past"

    // MARK: Clinical stores
    case clinicalFileForeign = "clinical-file-foreign"
    case clinicalFileUnread = "clinical-file-unread"
    case clinicalWitnessMissing = "clinical-witness-missing"
    case clinicalCountsDiffer = "clinical-counts-differ"
    case clinicalTooMuch = "clinical-too-much"
    case clinicalKnown = "clinical-known"
    case ssmix2PathInvalid = "ssmix2-path-invalid"
    case ssmix2TypeInvalid = "ssmix2-type-invalid"
    case ssmix2DateInvalid = "ssmix2-date-invalid"
    case ssmix2TimestampInvalid = "ssmix2-timestamp-invalid"
    case ssmix2CurrentTwice = "ssmix2-current-twice"
    case ssmix2TextDamaged = "ssmix2-text-damaged"
    case ssmix2HeaderInvalid = "ssmix2-header-invalid"
    case ssmix2FieldMissing = "ssmix2-field-missing"
    case ssmix2SegmentsMisordered = "ssmix2-segments-misordered"
    case ssmix2CareDateDiffers = "ssmix2-care-date-differs"
    case ssmix2PatientDiffers = "ssmix2-patient-differs"
    case ssmix2OrderDiffers = "ssmix2-order-differs"
    case ssmix2ValueNotNumeric = "ssmix2-value-not-numeric"
    case ssmix2PatientRecordMissing = "ssmix2-patient-record-missing"
    case ssmix2ResultOrphaned = "ssmix2-result-orphaned"
    case ssmix2IndexDiffers = "ssmix2-index-differs"
    case ssmix2LogDiffers = "ssmix2-log-differs"
    case ssmix2KeyInTwoVolumes = "ssmix2-key-in-two-volumes"
    case ssmix2ExtendedInvalid = "ssmix2-extended-invalid"
    case ssmix2DiseaseCodeInvalid = "ssmix2-disease-code-invalid"
    case dicomUnreadable = "dicom-unreadable"
    case dicomMetaInvalid = "dicom-meta-invalid"
    case dicomPreambleForeign = "dicom-preamble-foreign"
    case dicomIdentifiersDiffer = "dicom-identifiers-differ"
    case dicomIdentifierInvalid = "dicom-identifier-invalid"
    case dicomInstanceTwice = "dicom-instance-twice"
    case dicomStudyMixed = "dicom-study-mixed"
    case dicomPixelsInvalid = "dicom-pixels-invalid"
    case dicomPixelsDiffer = "dicom-pixels-differ"
    case dicomDirectoryDiffers = "dicom-directory-differs"
    case fhirInvalid = "fhir-invalid"
    case fhirContainedInvalid = "fhir-contained-invalid"
    case fhirReferenceUnresolved = "fhir-reference-unresolved"
    case fhirIdentifierTwice = "fhir-identifier-twice"
    case fhirVersionInvalid = "fhir-version-invalid"
    case fhirBundleInvalid = "fhir-bundle-invalid"
    case ukeUnreadable = "uke-unreadable"
    case ukeTotalDiffers = "uke-total-differs"
    case ukeRecordMisplaced = "uke-record-misplaced"
    case ukeMonthDiffers = "uke-month-differs"
    case ukeMonthMissing = "uke-month-missing"
    case hl7Invalid = "hl7-invalid"
    case patientUnknown = "patient-unknown"
    case studyUnknown = "study-unknown"
    case orderUnknown = "order-unknown"
    case visitUnknown = "visit-unknown"
    case applicationProbeFailed = "application-probe-failed"
    case applicationUnanswered = "application-unanswered"
    case orthancNotStarted = "orthanc-not-started"
    case orthancCountsDiffer = "orthanc-counts-differ"
    case orthancAttachmentDamaged = "orthanc-attachment-damaged"
    case orthancAttachmentUnverified = "orthanc-attachment-unverified"

    // MARK: Copies
    case copyBehind = "copy-behind"
    case copyFailed = "copy-failed"
    case copyNotProven = "copy-not-proven"
    case objectReadAgain = "object-read-again"
    case readingLate = "reading-late"
    case readingAtRisk = "reading-at-risk"
    case objectHealed = "object-healed"
    case objectNotLocked = "object-not-locked"
    case objectLockedAnew = "object-locked-anew"
    case objectHasVersions = "object-has-versions"
    case objectDeleteMarked = "object-delete-marked"
    case storeNotProtected = "store-not-protected"
    case attackSucceeded = "attack-succeeded"
    case attackUnanswered = "attack-unanswered"
    case attackNever = "attack-never"
    case attackLate = "attack-late"
    case areaNotSeparate = "area-not-separate"
    case storeReachable = "store-reachable"
    case classNotProven = "class-not-proven"
    case objectNotHeld = "object-not-held"
    case mediumOverdue = "medium-overdue"
    case mediumMissing = "medium-missing"
    case mediumOnline = "medium-online"
    case mediumUnread = "medium-unread"
    case mediumUnknown = "medium-unknown"
    case mediumWrong = "medium-wrong"

    // MARK: The policy
    case neverBackedUp = "never-backed-up"
    case backupLate = "backup-late"
    case neverVerified = "never-verified"
    case verificationNotProven = "verification-not-proven"
    case verificationFailed = "verification-failed"
    case verificationLate = "verification-late"
    case neverDrilled = "never-drilled"
    case drillNotProven = "drill-not-proven"
    case drillFailed = "drill-failed"
    case drillLate = "drill-late"
    case recoveryKeyNeverChecked = "recovery-key-never-checked"
    case recoveryKeyCheckLate = "recovery-key-check-late"
    case datedInTheFuture = "dated-in-the-future"

    /// What a finding of this code does to a verdict.
    package var severity: Severity {
        switch self {
        case .objectUnreferenced, .objectUnfinished, .objectForeign, .freshnessNotAsked, .fileGone,
            .fileUnsupported, .notCompared, .clockSetBack, .recipientsChanged, .deletedNotWiped,
            .objectReadAgain, .readingAtRisk, .objectHealed,
            .hostCanOpenPast, .recordNotStored, .recordsNotJudged, .epochBegun, .clinicalKnown,
            .recoveryTimeAtRisk, .recoveryPointAtRisk, .objectLockedAnew,
            .drillAborted, .filesSampled:
            .notice
        case .objectUnreadable, .freshnessUnknown, .nothingToVerify, .canaryNotTaken,
            .controlMissed, .controlsNotRun, .isolationMissing, .partSkipped, .snapshotIncomplete,
            .scenarioNotMet,
            .recoveryPointUnknown, .firstRecordUnknown, .neverBackedUp, .neverVerified,
            .neverDrilled, .drillLate, .verificationNotProven, .verificationLate, .drillNotProven,
            .recoveryKeyNeverChecked, .recoveryKeyCheckLate,
            .datedInTheFuture, .sourceUnmounted, .sourceEmptied, .fileUnreadable,
            .fileChangedWhileRead, .manifestSignerUnknown, .signerNotEntitled, .signerRetired,
            .recordSignerUnknown, .snapshotUnopened, .clinicalWitnessMissing, .clinicalTooMuch,
            .clinicalFileUnread, .orthancAttachmentUnverified, .applicationUnanswered,
            .readingLate, .mediumOverdue, .mediumOnline, .mediumUnread, .mediumUnknown,
            .attackUnanswered, .attackNever, .attackLate, .classNotProven, .copyBehind,
            .copyNotProven, .objectHasVersions:
            .doubt
        default:
            .failure
        }
    }
}
