import Glibc
package import Model

/// The wall clock. The only place that looks at it: all else is handed a clock.
package enum WallClock {
    /// What the system's clock says.
    package static func now() -> Timestamp {
        var moment = timespec()
        let failure = unsafe clock_gettime(CLOCK_REALTIME, &moment)
        guard failure == 0,
            let now = Timestamp(
                seconds: Int64(moment.tv_sec),
                nanoseconds: UInt32(moment.tv_nsec)
            )
        else {
            preconditionFailure("the system's clock cannot be read")
        }
        return now
    }
}
