import Format
package import Model

extension RecordChains {
    /// The believed records of several chains as one history: by the time at which each says that
    /// it was finished. Those of one chain follow each other whatever their host's clock did.
    ///
    /// - Parameter chains: of one kind, perhaps of several stores.
    /// - Returns: the records, each with the time by which it stands there, which is not before
    ///   those of its chain that it follows; a copy of one stands among them as often as it was
    ///   found.
    package static func byTime(_ chains: [Chain]) -> [(time: Timestamp, record: Record)] {
        var dated: [(time: Timestamp, record: Record)] = []
        for chain in chains {
            var time = Timestamp(seconds: .min)
            for record in chain.records where record.isTrusted {
                time = max(time, record.finished ?? time)
                dated.append((time, record))
            }
        }
        return dated.sorted { $0.time < $1.time }
    }
}

extension RecordChains.Record {
    /// When what it tells was finished; nil if it does not say.
    fileprivate var finished: Timestamp? {
        guard case .object(let members)? = statement?.predicate,
            case .string(let text)? = members["finished"]
        else {
            return nil
        }
        return Timestamp(rfc3339: text)
    }
}
