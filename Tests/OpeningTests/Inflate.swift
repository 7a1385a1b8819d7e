/// Inflates zlib streams (RFC 1950, RFC 1951): some of the published age vectors are stored so.
///
/// Test code: trusts its input to be whole, and stops the test run if it is not.
struct Inflate {
    private let input: [UInt8]
    private var position = 2
    private var pending: UInt32 = 0
    private var pendingBits = 0
    private var output: [UInt8] = []

    static func zlib(_ input: [UInt8]) -> [UInt8] {
        var inflate = Inflate(input: input)
        while !inflate.block() {}
        return inflate.output
    }

    private init(input: [UInt8]) {
        precondition(input.count > 6 && input[0] & 15 == 8, "not a zlib stream")
        self.input = input
    }

    private mutating func bits(_ count: Int) -> Int {
        while pendingBits < count {
            pending |= UInt32(input[position]) << UInt32(pendingBits)
            position += 1
            pendingBits += 8
        }
        let value = Int(pending & (1 << UInt32(count) - 1))
        pending >>= UInt32(count)
        pendingBits -= count
        return value
    }

    /// Reads one block; true if it was the last.
    private mutating func block() -> Bool {
        let isLast = bits(1) == 1
        switch bits(2) {
        case 0: stored()
        case 1:
            let lengths = (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
            codes(Huffman(lengths), Huffman([Int](repeating: 5, count: 30)))
        case 2: dynamic()
        default: preconditionFailure("no such block")
        }
        return isLast
    }

    private mutating func stored() {
        pending = 0
        pendingBits = 0
        let count = Int(input[position]) | Int(input[position + 1]) << 8
        output += input[position + 4..<position + 4 + count]
        position += 4 + count
    }

    private mutating func dynamic() {
        let literals = bits(5) + 257
        let distances = bits(5) + 1
        var order = [Int](repeating: 0, count: 19)
        let places = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
        for place in places.prefix(bits(4) + 4) {
            order[place] = bits(3)
        }
        let code = Huffman(order)
        var lengths: [Int] = []
        while lengths.count < literals + distances {
            switch symbol(code) {
            case 16: lengths += repeatElement(lengths[lengths.count - 1], count: 3 + bits(2))
            case 17: lengths += repeatElement(0, count: 3 + bits(3))
            case 18: lengths += repeatElement(0, count: 11 + bits(7))
            case let length: lengths.append(length)
            }
        }
        codes(Huffman(Array(lengths[..<literals])), Huffman(Array(lengths[literals...])))
    }

    private mutating func codes(_ literals: Huffman, _ distances: Huffman) {
        let bases = [
            3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99,
            115, 131, 163, 195, 227, 258,
        ]
        while true {
            let symbol = symbol(literals)
            guard symbol != 256 else {
                return
            }
            guard symbol > 256 else {
                output.append(UInt8(symbol))
                continue
            }
            let index = symbol - 257
            let extra = index < 8 || index == 28 ? 0 : index / 4 - 1
            let length = bases[index] + bits(extra)
            let far = self.symbol(distances)
            let farExtra = far < 4 ? 0 : far / 2 - 1
            let farBase = far < 4 ? far + 1 : (2 + far % 2) << farExtra + 1
            let distance = farBase + bits(farExtra)
            for _ in 0..<length {
                output.append(output[output.count - distance])
            }
        }
    }

    private mutating func symbol(_ code: Huffman) -> Int {
        var value = 0
        var first = 0
        var index = 0
        for length in 1..<16 {
            value |= bits(1)
            let count = code.counts[length]
            if value - count < first {
                return code.symbols[index + value - first]
            }
            index += count
            first = (first + count) << 1
            value <<= 1
        }
        preconditionFailure("no such code")
    }
}

/// A canonical Huffman code (RFC 1951 §3.2.2).
private struct Huffman {
    let counts: [Int]
    let symbols: [Int]

    init(_ lengths: [Int]) {
        var counts = [Int](repeating: 0, count: 16)
        for length in lengths where length > 0 {
            counts[length] += 1
        }
        self.counts = counts
        symbols = lengths.indices.filter { lengths[$0] > 0 }
            .sorted { (lengths[$0], $0) < (lengths[$1], $1) }
    }
}
