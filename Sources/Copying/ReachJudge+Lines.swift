import Model
import Network

/// Why nothing is known of what a probe saw. Nothing of what it printed is in it.
package struct ReachDoubt: Error, Equatable {
    /// What is wrong with it.
    package let reason: String
}

extension ReachJudge {
    /// Reads what a probe printed: for each address that it was asked about one line, in any order:
    /// `ADDRESS:PORT`, a blank, and a word of ``NetworkReach/Answer``.
    ///
    /// - Parameter printed: lines of ASCII; Windows ends them in CR LF.
    /// - Returns: what it saw of each.
    /// - Throws: ``ReachDoubt`` if anything else stands there, or not all of it.
    package func read(_ printed: [UInt8]) throws(ReachDoubt) -> Observations {
        let known = Set(asked)
        var seen: Observations = [:]
        for line in ReachJudge.lines(printed) {
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 2, let address = NetworkAddress(String(words[0])) else {
                throw ReachDoubt(reason: "the probe printed what is no ADDRESS:PORT and word")
            }
            guard known.contains(address) else {
                throw ReachDoubt(reason: "the probe told of an address that nobody asked about")
            }
            guard let answer = NetworkReach.Answer(rawValue: String(words[1])) else {
                throw ReachDoubt(reason: "the probe told of \(address) in a word that is unknown")
            }
            guard seen.updateValue(answer, forKey: address) == nil else {
                throw ReachDoubt(reason: "the probe told twice of \(address)")
            }
        }
        if let silent = asked.first(where: { seen[$0] == nil }) {
            throw ReachDoubt(reason: "the probe told nothing of \(silent)")
        }
        return seen
    }

    /// Finds the lines that tell of a connection, whatever stands in others.
    ///
    /// - Parameter printed: what a probe printed.
    /// - Returns: what it connected to.
    func connections(in printed: [UInt8]) -> Set<NetworkAddress> {
        let addresses = ReachJudge.lines(printed).compactMap { line -> NetworkAddress? in
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count == 2, words[1] == NetworkReach.Answer.connected.rawValue else {
                return nil
            }
            return NetworkAddress(String(words[0]))
        }
        return Set(addresses)
    }

    private static func lines(_ printed: [UInt8]) -> [String] {
        let ends = [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
        return printed.split(whereSeparator: { ends.contains($0) })
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
