import Synchronization
import TestSupport
import Testing
import Workers

@Suite(.timeLimit(.minutes(15))) struct WorkersTests {
    @Test func `a queue gives every element once, in order of one pusher`() {
        let queue = BoundedQueue<Int>(limit: 3)
        let taken = Mutex<[Int]>([])
        Workers.run(3) { _ in
            while let element = queue.pop() {
                taken.withLock { $0.append(element) }
            }
        } lead: {
            for element in 0..<10_000 {
                #expect(queue.push(element))
            }
            queue.close()
        }
        #expect(taken.withLock { $0.sorted() } == Array(0..<10_000))
        #expect(queue.pop() == nil)
        #expect(!queue.push(1))
    }

    @Test func `a queue never holds more than its limit and lets go what was popped`() {
        final class Element: Sendable {
            static let count = Mutex(0)
            init() { Element.count.withLock { $0 += 1 } }
            deinit { Element.count.withLock { $0 -= 1 } }
        }
        let queue = BoundedQueue<Element>(limit: 4)
        var most = 0
        for _ in 0..<100 {
            for _ in 0..<4 {
                _ = queue.push(Element())
            }
            most = max(most, Element.count.withLock { $0 })
            for _ in 0..<4 {
                _ = queue.pop()
            }
        }
        #expect(most == 4)
        #expect(Element.count.withLock { $0 } == 0)
    }

    @Test func `cancelling wakes who pushes and who pops`() {
        for _ in 0..<200 {
            let queue = BoundedQueue<Int>(limit: 1)
            let idle = BoundedQueue<Int>(limit: 1)
            let started = Atomic(0)
            Workers.run(2) { number in
                started.add(1, ordering: .relaxed)
                if number == 0 {
                    while queue.push(1) {}
                } else {
                    while idle.pop() != nil {}
                }
            } lead: {
                while started.load(ordering: .relaxed) < 2 {}
                queue.cancel()
                idle.cancel()
            }
            #expect(queue.pop() == nil)
        }
    }

    @Test func `what the lead throws comes out after all threads ended`() {
        struct Failure: Error {}
        let queue = BoundedQueue<Int>(limit: 1)
        let ended = Atomic(0)
        #expect(throws: Failure.self) {
            try Workers.run(4) { _ in
                while queue.pop() != nil {}
                ended.add(1, ordering: .relaxed)
            } lead: {
                defer { queue.cancel() }
                throw Failure()
            }
        }
        #expect(ended.load(ordering: .relaxed) == 4)
    }

    @Test func `a monitor wakes its waiter at each change`() {
        let monitor = Monitor(0)
        Workers.run(4) { number in
            for turn in 0..<500 {
                _ = monitor.wait { value -> Bool? in
                    guard value == turn * 4 + number else {
                        return nil
                    }
                    value += 1
                    return true
                }
            }
        }
        #expect(monitor.withLock { $0 } == 2_000)
    }
}
