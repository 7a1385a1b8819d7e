import Format
import Model
import Sealing
import Workers

/// Opens bundles for the files in them that are claimed, on all cores.
final class BundleJudge {
    private struct Job: Sendable {
        let account: Int32
        let pack: ObjectName
        let entry: ChunkEntry
        let requests: [BundleClaims.Request]
        /// Whether it was not opened before.
        let isFirst: Bool
    }

    private struct Answer: Sendable {
        var state: ChunkPlaces.State = .whole
        var digests: [(slot: Int, digest: Digest)] = []
    }

    private let places: ChunkPlaces
    private let source: ChunkOpener.Source
    private let notes: PackNotes
    private let stop: StopFlag
    private let progress: @Sendable (UInt64) -> Void

    init(
        _ places: ChunkPlaces,
        _ source: ChunkOpener.Source,
        _ notes: PackNotes,
        _ stop: StopFlag,
        _ progress: @escaping @Sendable (UInt64) -> Void
    ) {
        self.places = places
        self.source = source
        self.notes = notes
        self.stop = stop
        self.progress = progress
    }

    /// Looks up all pieces that lie in bundles.
    ///
    /// - Parameters:
    ///   - claims: are given the digests.
    ///   - snapshot: whose they are; it has a place for each bundle.
    /// - Returns: what is wrong with single pieces, by their slots.
    /// - Throws: ``Stopped``; what keeps anyone from looking.
    func fill(
        _ claims: inout BundleClaims,
        for snapshot: DeepSnapshot
    ) throws -> [Int: ListFault] {
        let jobs = claims.requests.compactMap { chunk, requests -> Job? in
            places.place(of: chunk, .bundle, where: snapshot.isSeen).map { place in
                Job(
                    account: place.account,
                    pack: places.pack(of: place),
                    entry: places.entry(of: chunk, at: place),
                    requests: requests,
                    isFirst: place.state == .unopened
                )
            }
        }
        .sorted { ($0.account, $0.entry.offset) < ($1.account, $1.entry.offset) }
        var faults: [Int: ListFault] = [:]
        for (job, answer) in zip(jobs, try answers(jobs)) {
            if job.isFirst {
                let opened = PackJudge.Opened(entry: job.entry, state: answer.state, content: nil)
                try notes.note(opened, job.account)
            }
            for (slot, digest) in answer.digests {
                claims.fill(slot, digest)
            }
            let found = Set(answer.digests.map(\.slot))
            for request in job.requests where !found.contains(request.slot) {
                faults[request.slot] =
                    switch answer.state {
                    case .whole, .unopened: .invalid("a piece is not one file of its bundle")
                    case .damaged: .damaged(job.pack)
                    case .missing: .missing(job.pack)
                    }
            }
        }
        return faults
    }

    /// Opens the bundles that no claim asked for.
    func openRest() throws {
        let jobs = places.unopened().map { chunk, place in
            Job(
                account: place.account,
                pack: places.pack(of: place),
                entry: places.entry(of: chunk, at: place),
                requests: [],
                isFirst: true
            )
        }
        for (job, answer) in zip(jobs, try answers(jobs)) {
            let opened = PackJudge.Opened(entry: job.entry, state: answer.state, content: nil)
            try notes.note(opened, job.account)
        }
    }

    private func answers(_ jobs: [Job]) throws -> [Answer] {
        let progress = progress
        return try inParallel(jobs, stop: stop, ChunkOpener.init, source) { job, opener in
            var answer = Answer()
            do {
                let opened = try opener.open(job.entry, of: job.pack)
                answer.digests = job.requests.compactMap { request in
                    let piece = FileRecord.Piece(
                        kind: .bundle,
                        chunk: job.entry.chunk,
                        offset: request.offset,
                        length: request.length
                    )
                    return opened.part(piece).map { (request.slot, $0.digest) }
                }
            } catch let fault as ChunkOpener.Fault {
                answer.state = fault.state
            }
            if job.isFirst {
                progress(UInt64(job.entry.sealedBytes))
            }
            return answer
        }
    }
}
