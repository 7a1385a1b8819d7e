import Format
import Model
import Primitives
import Repository
import Sealing
import Workers

/// Judges the file lists of the snapshots of one set and epoch, the older before the newer:
/// FORMAT.md §15 and §16.
///
/// What an earlier snapshot has in the same words is not judged twice: a piece of the list at the
/// same place of the list, and a file with the same pieces at the same path. That the snapshot at
/// hand has the chunks is asked of every file.
final class ListJudge {
    /// Between which records a piece of the list stands.
    private struct Edge: Equatable {
        var path: [UInt8] = []
        var isFolder = true
    }

    /// A piece of a list in which nothing is wrong.
    private struct Judged {
        let listed: SnapshotRoot.ListChunk
        let entering: Edge
        let leaving: Edge
        let bytes: UInt64
        /// The accounts in which its files' chunks lie.
        let accounts: Set<Int32>
    }

    /// Goes through one list.
    private struct Walk {
        let snapshot: DeepSnapshot
        let list: [SnapshotRoot.ListChunk]
        var before: ListCursor?
        var edge = Edge()
        var records: UInt64 = 0
        var bytes: UInt64 = 0
        var links = LinkClaims()

        var ref: SnapshotRef { snapshot.stored.manifest.ref }
    }

    /// What one piece of a list came to so far.
    private struct Piece {
        let chunk: ChunkID
        var accounts: Set<Int32> = []
        var bytes: UInt64 = 0
        /// Whether nothing outside of it decides on it.
        var isAlone = true
    }

    private let places: ChunkPlaces
    private let opener: ChunkOpener
    private let findings: DeepFindings
    private let epoch: SetEpoch
    private let bundles: BundleJudge
    private let stop: StopFlag
    private var claims: BundleClaims
    private var judged: [ChunkID: Judged] = [:]
    /// Pieces of lists in which a file's digest differs: each snapshot that has one is told of.
    private var spoiled: Set<ChunkID> = []
    /// Findings about files, by what was claimed of them.
    private var bad: [Digest: Int] = [:]
    private var last: (snapshot: DeepSnapshot, root: SnapshotRoot)?

    init(
        _ places: ChunkPlaces,
        _ opener: ChunkOpener,
        _ findings: DeepFindings,
        _ epoch: SetEpoch,
        _ bundles: BundleJudge,
        _ claims: BundleClaims,
        _ stop: StopFlag
    ) {
        self.places = places
        self.opener = opener
        self.findings = findings
        self.epoch = epoch
        self.bundles = bundles
        self.claims = claims
        self.stop = stop
    }

    /// Judges root, file list and attachments of a snapshot.
    ///
    /// - Throws: ``Stopped``; what keeps anyone from looking.
    func judge(_ snapshot: DeepSnapshot) throws {
        let ref = snapshot.stored.manifest.ref
        let before = last
        last = nil
        do {
            let bytes = try open(snapshot.stored.manifest.root, .root, of: snapshot)
            let root = try SnapshotRoot(decoding: bytes)
            for chunk in root.attachments.flatMap(\.chunks) {
                try checkPlace(of: chunk, .witness, in: snapshot)
            }
            let cursor = before.map { before in
                ListCursor(before.root.list) { chunk in
                    try self.open(chunk, .fileList, of: before.snapshot)
                }
            }
            var walk = Walk(snapshot: snapshot, list: root.list, before: cursor)
            do {
                try go(through: root, &walk)
                last = (snapshot, root)
            } catch let error as FormatError {
                note(.invalid(error.description), .snapshot(ref), ref)
            } catch let fault as ListFault {
                note(fault, .snapshot(ref), ref)
            }
            try judgeClaims(walk)
        } catch let error as FormatError {
            findings.distrust(epoch)
            let evidence = ["reason": error.description]
            findings.add(.snapshotInvalid, .snapshot(ref), evidence, breaks: [ref])
        } catch let fault as ListFault {
            note(fault, .snapshot(ref), ref)
        }
    }

    // MARK: - The list

    private func go(through root: SnapshotRoot, _ walk: inout Walk) throws {
        for piece in root.list {
            try stop.check()
            if let known = judged[piece.chunk], known.listed == piece, known.entering == walk.edge,
                known.accounts.allSatisfy({ walk.snapshot.isSeen[Int($0)] }),
                places.place(of: piece.chunk, .fileList, where: walk.snapshot.isSeen) != nil
            {
                walk.edge = known.leaving
                walk.records += piece.records
                try add(known.bytes, to: &walk.bytes)
                continue
            }
            try read(piece, &walk)
        }
        guard walk.records == root.files, walk.bytes == root.contentBytes else {
            throw FormatError.invalid("a root: files or bytes are not those of its file list")
        }
        try judgeLinks(&walk)
    }

    private func add(_ bytes: UInt64, to sum: inout UInt64) throws(FormatError) {
        let (total, overflow) = sum.addingReportingOverflow(bytes)
        guard !overflow else {
            throw .overLimit("a file list: bytes")
        }
        sum = total
    }

    private func read(_ listed: SnapshotRoot.ListChunk, _ walk: inout Walk) throws {
        var list = ByteReader(
            try open(listed.chunk, .fileList, of: walk.snapshot),
            of: "a file list"
        )
        let entering = walk.edge
        var piece = Piece(chunk: listed.chunk)
        var count: UInt64 = 0
        while list.remaining > 0 {
            let record = try FileRecord(reading: &list)
            guard count > 0 || record.path == listed.first else {
                throw FormatError.invalid("a piece of a file list begins with another path")
            }
            try checkOrder(record, &walk)
            count += 1
            try judge(record, &piece, &walk)
        }
        guard count == listed.records, count > 0 else {
            throw FormatError.invalid("a piece of a file list has another number of records")
        }
        walk.records += count
        try add(piece.bytes, to: &walk.bytes)
        if piece.isAlone, !spoiled.contains(piece.chunk) {
            judged[piece.chunk] = Judged(
                listed: listed,
                entering: entering,
                leaving: walk.edge,
                bytes: piece.bytes,
                accounts: piece.accounts
            )
        }
    }

    /// Records rise, and the folder of each came before it: it is the last record, or the last lies
    /// in it.
    private func checkOrder(_ record: FileRecord, _ walk: inout Walk) throws(FormatError) {
        let last = walk.edge
        guard last.path.isEmpty || RecordPath.precedes(last.path, record.path) else {
            throw .invalid("a file list is not in order")
        }
        let folder = RecordPath.folder(of: record.path)
        let isThere =
            folder.isEmpty || folder == last.path && last.isFolder
            || RecordPath.isBeneath(last.path, folder)
        guard isThere else {
            throw .invalid("a file list names a file before its folder")
        }
        walk.edge = Edge(path: record.path, isFolder: record.kind == .directory)
    }

    // MARK: - One file

    private func judge(
        _ record: FileRecord,
        _ piece: inout Piece,
        _ walk: inout Walk
    ) throws {
        switch record.kind {
        case .regular(let content):
            try add(content.size, to: &piece.bytes)
            try judge(record, content, &piece, &walk)
        case .hardLink(let first):
            piece.isAlone = false
            walk.links.add(record.path, to: first)
            if walk.links.isFull {
                try judgeLinks(&walk)
            }
        case .directory, .symlink, .fifo, .socket, .characterDevice, .blockDevice: break
        }
    }

    private func judge(
        _ record: FileRecord,
        _ content: FileRecord.Content,
        _ piece: inout Piece,
        _ walk: inout Walk
    ) throws {
        let isJudged = try contentBefore(at: record.path, &walk) == content
        if isJudged, !bad.isEmpty, let number = bad[FileClaim.key(record.path, content)] {
            piece.isAlone = false
            return findings.add(walk.ref, toBreaksOf: number)
        }
        var hasBundle = false
        for part in content.pieces {
            do throws(ListFault) {
                let place = try checkPlace(of: part.chunk, part.kind, in: walk.snapshot)
                piece.accounts.insert(place.account)
            } catch {
                piece.isAlone = false
                return noteFile(error, record, content, walk.ref)
            }
            hasBundle = hasBundle || part.kind == .bundle
            if part.kind == .content, let whole = places.content(of: part.chunk),
                whole.length != part.length
            {
                piece.isAlone = false
                let fault = ListFault.invalid("a piece is not its whole chunk")
                return noteFile(fault, record, content, walk.ref)
            }
        }
        guard !isJudged else {
            return
        }
        guard !hasBundle else {
            claims.add(record, content, in: piece.chunk) { places.content(of: $0.chunk)?.digest }
            if claims.isFull {
                try judgeClaims(walk)
            }
            return
        }
        let pieces = content.pieces.map { ($0.length, places.content(of: $0.chunk)?.digest) }
        if FileClaim.digest(pieces, isList: content.isList) != content.digest {
            piece.isAlone = false
            noteFile(.digest, record, content, walk.ref)
        }
    }

    /// What the snapshot before has at a path. If its list does not open any more, nothing.
    private func contentBefore(
        at path: [UInt8],
        _ walk: inout Walk
    ) throws -> FileRecord.Content? {
        do {
            return try walk.before?.content(at: path)
        } catch let error where error is FormatError || error is ListFault {
            walk.before = nil
            return nil
        }
    }

    /// A place of a chunk where the snapshot can go to.
    ///
    /// - Throws: ``ListFault`` if it has none, or none that opened.
    @discardableResult
    private func checkPlace(
        of chunk: ChunkID,
        _ kind: FrameKind,
        in snapshot: DeepSnapshot
    ) throws(ListFault) -> ChunkPlaces.Place {
        guard let place = places.place(of: chunk, kind, where: snapshot.isSeen) else {
            throw .unknown
        }
        switch place.state {
        case .whole, .unopened: return place
        case .damaged: throw .damaged(places.pack(of: place))
        case .missing: throw .missing(places.pack(of: place))
        }
    }

    private func open(
        _ chunk: ChunkID,
        _ kind: FrameKind,
        of snapshot: DeepSnapshot
    ) throws -> [UInt8] {
        let place = try checkPlace(of: chunk, kind, in: snapshot)
        let pack = places.pack(of: place)
        do {
            return try opener.open(places.entry(of: chunk, at: place), of: pack).plaintext
        } catch ChunkOpener.Fault.damaged {
            throw ListFault.damaged(pack)
        } catch ChunkOpener.Fault.missing {
            throw ListFault.missing(pack)
        }
    }

    // MARK: - Claims

    /// Judges the files of bundles that were gathered, and forgets them.
    private func judgeClaims(_ walk: Walk) throws {
        guard !claims.isEmpty else {
            return
        }
        let faults = try bundles.fill(&claims, for: walk.snapshot)
        for file in claims.files {
            var fault = file.slots.lazy.compactMap { faults[$0] }.first
            if fault == nil, claims.digest(of: file) != file.digest {
                fault = .digest
            }
            guard let fault else {
                continue
            }
            spoiled.insert(file.list)
            judged[file.list] = nil
            noteFile(fault, file.path, file.key, walk.ref)
        }
        claims.removeAll()
    }

    /// Judges the hard links that were gathered, and forgets them: the first name of each is a
    /// file that came before.
    private func judgeLinks(_ walk: inout Walk) throws {
        let snapshot = walk.snapshot
        let cursor = ListCursor(walk.list) { try self.open($0, .fileList, of: snapshot) }
        var target: (path: [UInt8], isFile: Bool)?
        for link in walk.links.sorted {
            if target?.path != link.first {
                let isFile = try cursor.record(at: link.first)?.isLinkable ?? false
                target = (link.first, isFile)
            }
            let isBefore = RecordPath.precedes(link.first, link.path)
            guard isBefore, target?.isFile ?? false else {
                let fault = ListFault.invalid("a hard link's first name is no file before it")
                noteFile(fault, link.path, FileClaim.key(link.path, link.first), walk.ref)
                continue
            }
        }
        walk.links.removeAll()
    }

    // MARK: - Findings

    private func noteFile(
        _ fault: ListFault,
        _ record: FileRecord,
        _ content: FileRecord.Content,
        _ ref: SnapshotRef
    ) {
        noteFile(fault, record.path, FileClaim.key(record.path, content), ref)
    }

    private func noteFile(_ fault: ListFault, _ path: [UInt8], _ key: Digest, _ ref: SnapshotRef) {
        if let number = bad[key] {
            return findings.add(ref, toBreaksOf: number)
        }
        bad[key] = note(fault, .path(path), ref)
    }

    @discardableResult
    private func note(_ fault: ListFault, _ subject: Subject, _ ref: SnapshotRef) -> Int? {
        if fault.showsFalsity {
            findings.distrust(epoch)
        }
        return findings.add(fault.code, subject, fault.evidence, breaks: [ref])
    }
}
