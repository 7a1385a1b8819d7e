import Testing

@testable import Drills

@Suite struct ForemostTests {
    private func foremost(_ size: Int, of numbers: [Int]) -> [Int] {
        var foremost = Foremost<Int>(size) { $0 < $1 }
        for number in numbers {
            foremost.offer(number)
        }
        return foremost.elements
    }

    @Test(arguments: [1, 2, 7, 100])
    func `the least come out in order, in whatever order they came`(size: Int) {
        let rising = Array(0..<1_000)
        // 389 has no factor in common with 1,000.
        let mixed = rising.map { $0 * 389 % 1_000 }
        for numbers in [rising, rising.reversed(), mixed] {
            #expect(foremost(size, of: numbers) == Array(0..<size))
        }
    }

    @Test func `a stream that has no more is kept whole`() {
        #expect(foremost(5, of: []) == [])
        #expect(foremost(5, of: [3, 1, 2]) == [1, 2, 3])
        #expect(foremost(5, of: [9, 8, 7, 6, 5, 4]) == [4, 5, 6, 7, 8])
    }
}
