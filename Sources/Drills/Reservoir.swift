/// Chooses some of a stream of elements, each with the same chance, by a seed.
///
/// - SeeAlso: Vitter, "Random Sampling with a Reservoir" (1985), algorithm R.
struct Reservoir<Element> {
    private let size: Int
    private var state: UInt64
    private var offered: UInt64 = 0
    /// Those that are chosen so far.
    private(set) var sample: [Element] = []

    /// Chooses `size` elements; all of a stream that has no more.
    init(seed: UInt64, size: Int = 1) {
        precondition(size > 0, "a sample of \(size)")
        self.size = size
        state = seed
    }

    /// The first that is chosen so far; nil if none was offered. Of a sample of one, each of the
    /// stream has the same chance to be it.
    var chosen: Element? { sample.first }

    /// Takes the next element of the stream, or does not.
    mutating func offer(_ element: @autoclosure () -> Element) {
        offered += 1
        // Knuth's MMIX generator; its low bits are not used.
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let place = (state >> 16) % offered
        if sample.count < size {
            // Anywhere among those before it, so that the order is chosen too.
            sample.insert(element(), at: Int(place))
        } else if place < UInt64(size) {
            sample[Int(place)] = element()
        }
    }
}
