import Model

extension DICOMFile {
    /// Says what the file says, once it has been read to its end.
    ///
    /// - Parameter localOffset: seconds by which the hospital's clock is ahead of UTC.
    /// - Returns: all facts of the file.
    func facts(localOffset: Int64) -> FileFacts {
        var facts = FileFacts(.judged)
        facts.violations = headViolations + (isDirectory ? recordViolations : dataViolations)
        guard !isDirectory else {
            facts.counts = ["DICOMDIR": 1]
            facts.entries = (directory?.keys ?? []).map { RelationEntry(.dicomNamed, $0) }
            return facts
        }
        facts.counts = [DICOMModality.name(data.text(.modality)): 1]
        facts.entries = entries
        if let date = DICOMDate.day(data.text(.studyDate)) {
            // Four digits of a year: at most 99991231.
            facts.days = [UInt32(date.year * 10_000 + date.month * 100 + date.day): 1]
            facts.newest = moment(of: date, localOffset)
        }
        return facts
    }

    /// What can be said of a file that could not be read to its end.
    ///
    /// - Parameter place: where it could not be read on, if that is known better than by
    ///   ``reached``.
    /// - Returns: facts that say so.
    func brokenFacts(at place: String) -> FileFacts {
        let from = reached.map { "from \($0.name) on" } ?? ""
        var facts = FileFacts.unparsed(.dicomReadable, at: place.isEmpty ? from : place)
        if !isPreambleKnown {
            facts.violations.append(Violation(.dicomPreamble))
        }
        // A DICOMDIR that names it is right all the same.
        facts.entries = [placed].compactMap { $0 }
        return facts
    }

    /// The moment when the study began.
    ///
    /// Acquisition and content times would be nearer to the newest image, but presentation states
    /// and reports have the time of their writing there, and much equipment has nothing. The time
    /// of the study stands in all, and is too early by one examination at most: the measured
    /// recovery point is then too large, never too small. Instance Creation Time is never asked:
    /// an archive writes it when it imports.
    private func moment(of date: CivilDate, _ localOffset: Int64) -> Timestamp {
        let seconds = DICOMDate.seconds(data.text(.studyTime)) ?? 0
        let offset = DICOMDate.offset(data.text(.timezone)) ?? localOffset
        return Timestamp(seconds: date.daysSinceEpoch * 86_400 + seconds - offset)
    }

    // MARK: - Rules

    /// D2 and D3.
    private var headViolations: [Violation] {
        var violations = DICOMTag.metaRequired.filter { tag in
            tag == .metaLength ? meta.number(tag) == nil : meta.text(tag).isEmpty
        }.map { Violation(.dicomMeta, at: $0.name) }
        if !isMetaWhole {
            violations.append(Violation(.dicomMeta, at: DICOMTag.metaLength.name))
        }
        if !isPreambleKnown {
            violations.append(Violation(.dicomPreamble))
        }
        let syntax = meta.text(.transferSyntax)
        if !syntax.isEmpty, !syntax.isDICOMIdentifier {
            violations.append(Violation(.dicomIdentifier, at: DICOMTag.transferSyntax.name))
        }
        return violations
    }

    /// D4, D5a, D7, and D8 for an instance that is named as a DICOMDIR.
    private var dataViolations: [Violation] {
        var violations: [Violation] = []
        for (head, tag) in [(DICOMTag.metaClass, DICOMTag.sopClass), (.metaInstance, .sopInstance)]
        where !meta.text(head).isEmpty && meta.text(head) != data.text(tag) {
            violations.append(Violation(.dicomIdentifiers, at: head.name))
        }
        violations += identifierFaults.map { Violation(.dicomIdentifier, at: $0.name) }
        if let fault = pixelFault {
            violations.append(Violation(.dicomPixels, at: fault.name))
        }
        if isNamedDirectory {
            violations.append(Violation(.dicomDirectory, at: DICOMTag.metaClass.name))
        }
        return violations
    }

    /// Identifiers that are not written as such. Only what is of equipment, or an image, must be
    /// in a study and a series (PS3.3 §A.1.2): protocols and palettes are of no patient.
    private var identifierFaults: [DICOMTag] {
        let isInStudy = data.has(.modality) || pixels != nil
        let required: Set<DICOMTag> = isInStudy ? [.study, .series] : []
        return [DICOMTag.sopClass, .sopInstance, .study, .series].filter { tag in
            let text = data.text(tag)
            return text.isEmpty ? required.contains(tag) : !text.isDICOMIdentifier
        }
    }

    /// An image without pixels is a file that was cut off between two elements.
    private var pixelFault: DICOMTag? {
        if let pixels {
            return pixels.fault(data, syntax)
        }
        let hasSize = (data.number(.rows) ?? 0) > 0 && (data.number(.columns) ?? 0) > 0
        let isImage = hasSize || DICOMImageClass.contains(data.identifier(.sopClass))
        return isImage && !hasPixelProvider ? .pixels : nil
    }

    /// D8, as far as the DICOMDIR alone shows it.
    private var recordViolations: [Violation] {
        guard let directory else {
            return [Violation(.dicomDirectory, at: DICOMTag.directoryRecords.name)]
        }
        return directory.hasNameless
            ? [Violation(.dicomDirectory, at: DICOMTag.recordInstance.name)] : []
    }

    // MARK: - Keys

    /// That the instance lies where it lies; nil if its UID is not known.
    private var placed: RelationEntry? {
        let instance = data.text(.sopInstance)
        return instance.isEmpty
            ? nil : RelationEntry(.dicomPlaced, DICOMDirectory.key(of: path, instance))
    }

    private var entries: [RelationEntry] {
        var entries = [placed].compactMap { $0 }
        func add(_ relation: Relation, _ tag: DICOMTag, _ value: UInt64 = 0) {
            let key = data.text(tag)
            if !key.isEmpty {
                entries.append(RelationEntry(relation, KeyHash.of(key), value))
            }
        }
        add(.dicomInstance, .sopInstance, pixels?.hash ?? 0)
        if let pixels {
            add(.pixels, .sopInstance, pixels.hash)
        }
        // Of no patient is also a value: a study that lost its patient in one image is mixed.
        add(.study, .study, KeyHash.of(data.text(.patient)))
        add(.dicomSeries, .series, KeyHash.of(data.text(.study)))
        let number = data.text(.instanceNumber)
        add(.dicomSeriesTally, .series, number.isEmpty ? 0 : KeyHash.of(number))
        add(.patientMentioned, .patient)
        add(.imaging, .accession)
        return entries
    }
}
