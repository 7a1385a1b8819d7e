/// The words that a reader looks for among the names of members, or among texts.
struct JSONWords: Sendable {
    /// The bytes of all words, one after another.
    private let letters: [UInt8]
    /// Where in ``letters`` each word begins, and which number it has.
    private let words: [(start: Int, number: Int)]
    /// Which of ``words`` have so many bytes and begin so; see ``bucket(_:_:)``.
    private let buckets: [Range<Int>]

    /// Takes words; each has the number of its place in `words`.
    init(_ words: [String]) {
        let byBucket = Dictionary(grouping: words.enumerated()) { _, word in
            Self.bucket(word.utf8.count, word.utf8.first)
        }
        var letters: [UInt8] = []
        var found: [(start: Int, number: Int)] = []
        var buckets: [Range<Int>] = []
        for bucket in 0...(byBucket.keys.max() ?? 0) {
            let first = found.count
            for (number, word) in byBucket[bucket] ?? [] {
                found.append((letters.count, number))
                letters += word.utf8
            }
            buckets.append(first..<found.count)
        }
        self.letters = letters
        self.words = found
        self.buckets = buckets
    }

    /// The number of a word.
    ///
    /// - Parameter bytes: what may be one.
    /// - Returns: nil if it is none.
    func number(of bytes: ArraySlice<UInt8>) -> Int? {
        let bucket = Self.bucket(bytes.count, bytes.first)
        guard bucket < buckets.count else {
            return nil
        }
        // Millions of names are looked up: no word is made an array of its own.
        search: for word in buckets[bucket] {
            let (start, number) = words[word]
            var letter = start
            for byte in bytes {
                guard letters[letter] == byte else {
                    continue search
                }
                letter += 1
            }
            return number
        }
        return nil
    }

    /// Words of one length that begin with the same letter are few.
    private static func bucket(_ count: Int, _ first: UInt8?) -> Int {
        count << 5 | Int((first ?? 0) & 0x1F)
    }
}
