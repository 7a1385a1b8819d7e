extension Duration {
    /// Whole milliseconds, rounded up, for poll(2).
    var milliseconds: Int32 {
        let (seconds, attoseconds) = components
        let whole = seconds.multipliedReportingOverflow(by: 1_000)
        let part = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return whole.overflow ? .max : Int32(clamping: whole.partialValue + part)
    }
}
