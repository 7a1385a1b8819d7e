/// A first-in-first-out queue between threads that never holds more than its limit.
package final class BoundedQueue<Element: Sendable>: Sendable {
    /// A ring: an element that was popped is not kept.
    private struct State: Sendable {
        var slots: [Element?]
        var head = 0
        var count = 0
        var isClosed = false

        mutating func append(_ element: Element) {
            slots[(head + count) % slots.count] = element
            count += 1
        }

        mutating func removeFirst() -> Element? {
            defer {
                slots[head] = nil
                head = (head + 1) % slots.count
                count -= 1
            }
            return slots[head]
        }
    }

    private let state: Monitor<State>

    /// Makes a queue.
    ///
    /// - Parameter limit: how many elements may wait; at least one.
    package init(limit: Int) {
        precondition(limit > 0, "a queue holds at least one element, got \(limit)")
        state = Monitor(State(slots: [Element?](repeating: nil, count: limit)))
    }

    /// Waits for room and appends `element`.
    ///
    /// - Returns: false if the queue is closed; the element was then not taken.
    package func push(_ element: Element) -> Bool {
        state.wait { state in
            if state.isClosed {
                return false
            }
            guard state.count < state.slots.count else {
                return nil
            }
            state.append(element)
            return true
        }
    }

    /// Waits for an element and takes it.
    ///
    /// - Returns: nil once the queue is closed and empty.
    package func pop() -> Element? {
        state.wait { state -> Element?? in
            guard state.count > 0 else {
                return state.isClosed ? .some(nil) : nil
            }
            return .some(state.removeFirst())
        }
    }

    /// Takes no more elements; those that wait can still be popped.
    package func close() {
        state.withLock { $0.isClosed = true }
    }

    /// Takes no more elements and forgets those that wait.
    package func cancel() {
        // They end after the lock: their end may be work.
        var dropped: [Element?] = []
        state.withLock { state in
            state.isClosed = true
            dropped = state.slots
            state.slots = [Element?](repeating: nil, count: state.slots.count)
            (state.head, state.count) = (0, 0)
        }
        dropped.removeAll()
    }
}
