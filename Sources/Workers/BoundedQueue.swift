/// A first-in-first-out queue between threads that never holds more than its limit.
package final class BoundedQueue<Element: Sendable>: Sendable {
    private struct State: Sendable {
        var elements: [Element] = []
        var head = 0
        var isClosed = false

        var count: Int { elements.count - head }
    }

    private let limit: Int
    private let state: Monitor<State>

    /// Makes a queue.
    ///
    /// - Parameter limit: how many elements may wait; at least one.
    package init(limit: Int) {
        precondition(limit > 0, "a queue holds at least one element, got \(limit)")
        self.limit = limit
        self.state = Monitor(State())
    }

    /// Waits for room and appends `element`.
    ///
    /// - Returns: false if the queue is closed; the element was then not taken.
    package func push(_ element: Element) -> Bool {
        state.wait { state in
            if state.isClosed {
                return false
            }
            guard state.count < limit else {
                return nil
            }
            state.elements.append(element)
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
            let element = state.elements[state.head]
            state.head += 1
            if state.head == state.elements.count || state.head > 2 * limit {
                state.elements.removeSubrange(..<state.head)
                state.head = 0
            }
            return .some(element)
        }
    }

    /// Takes no more elements; those that wait can still be popped.
    package func close() {
        state.withLock { $0.isClosed = true }
    }

    /// Takes no more elements and forgets those that wait.
    package func cancel() {
        state.withLock { state in
            state.isClosed = true
            state.elements.removeAll()
            state.head = 0
        }
    }
}
