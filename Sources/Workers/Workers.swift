import Glibc
import Model

/// Threads with a scope: they are joined before the call that started them returns.
package enum Workers {
    /// How many workers suit this machine: one a core, at least two.
    package static var suitable: Int {
        max(2, min(16, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    }

    /// Runs `body` on `count` threads of their own while `lead` runs on this one.
    ///
    /// - Parameters:
    ///   - count: how many threads.
    ///   - body: the work of one; gets the thread's number from 0. It must end by itself once
    ///     `lead` has returned or thrown, which is the caller's business to arrange.
    ///   - lead: what runs here meanwhile.
    /// - Returns: what `lead` returned, after all threads ended.
    package static func run<R>(
        _ count: Int,
        _ body: @escaping @Sendable (Int) -> Void,
        lead: () throws -> R
    ) rethrows -> R {
        var threads: [pthread_t] = []
        for number in 0..<count {
            threads.append(start { body(number) })
        }
        defer {
            for thread in threads {
                pthread_join(thread, nil)
            }
        }
        return try lead()
    }

    /// Runs `body` on `count` threads and waits for all of them.
    ///
    /// - Parameters:
    ///   - count: how many threads.
    ///   - body: the work of one; gets the thread's number from 0.
    package static func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        run(count, body, lead: {})
    }

    /// Starts the one thread of a program that has no scope: the one that waits for signals.
    ///
    /// - Parameter body: its work; ends with the program.
    package static func detachSignalThread(_ body: @escaping @Sendable () -> Void) {
        pthread_detach(start(body))
    }

    private static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t {
        let box = unsafe Unmanaged.passRetained(Box(body))
        var thread = pthread_t()
        let failure = unsafe pthread_create(
            &thread,
            nil,
            { context in
                guard let context = unsafe context else {
                    return nil
                }
                unsafe Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body()
                return nil
            },
            box.toOpaque()
        )
        precondition(failure == 0, "a thread could not be started: errno \(failure)")
        return thread
    }

    private final class Box: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }
}
