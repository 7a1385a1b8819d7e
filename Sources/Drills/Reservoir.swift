/// Chooses one of a stream of elements, each with the same chance, by a seed.
///
/// - SeeAlso: Vitter, "Random Sampling with a Reservoir" (1985), algorithm R, for a sample of one.
struct Reservoir<Element> {
    private var state: UInt64
    private var offered: UInt64 = 0
    /// The one that is chosen so far; nil if none was offered.
    private(set) var chosen: Element?

    init(seed: UInt64) {
        state = seed
    }

    /// Takes the next element of the stream, or does not.
    mutating func offer(_ element: @autoclosure () -> Element) {
        offered += 1
        // Knuth's MMIX generator; its low bits are not used.
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        if (state >> 16) % offered == 0 {
            chosen = element()
        }
    }
}
