/// Keeps those few of a stream that come first in an order, in memory for twice as many.
struct Foremost<Element> {
    private let size: Int
    private let precedes: (Element, Element) -> Bool
    private var kept: [Element] = []
    /// The last that can still be among them; nil while there are fewer.
    private var last: Element?

    /// Keeps `size` elements; all of a stream that has no more.
    ///
    /// - Parameters:
    ///   - size: how many.
    ///   - precedes: a strict order.
    init(_ size: Int, by precedes: @escaping (Element, Element) -> Bool) {
        precondition(size > 0, "the foremost \(size)")
        self.size = size
        self.precedes = precedes
    }

    /// Takes the next element of the stream, or does not.
    mutating func offer(_ element: Element) {
        if let last, !precedes(element, last) {
            return
        }
        kept.append(element)
        // Sorting now and then costs no more than a heap, and is less to get wrong.
        if kept.count == 2 * size {
            kept = elements
            last = kept.last
        }
    }

    /// Those that are kept, in order.
    var elements: [Element] { Array(kept.sorted(by: precedes).prefix(size)) }
}
