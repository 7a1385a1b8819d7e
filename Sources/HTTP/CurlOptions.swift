import CCurl

/// Sets options of a curl handle, and keeps curl's first refusal: an option that guards us must not
/// be left out in silence.
///
/// Invariant: the handle outlives this.
@safe struct CurlOptions {
    private let handle: UnsafeMutableRawPointer
    /// `CURLE_OK`, or why an option was refused.
    private(set) var code = CURLE_OK

    /// Sets options of `handle`.
    init(_ handle: UnsafeMutableRawPointer) {
        unsafe self.handle = unsafe handle
    }

    /// Sets a number.
    mutating func set(_ option: CURLoption, _ number: Int) {
        note(unsafe ccurl_set_long(handle, option, number))
    }

    /// Sets a string, which curl copies.
    mutating func set(_ option: CURLoption, _ text: String) {
        note(unsafe ccurl_set_text(handle, option, text))
    }

    /// Sets a time in milliseconds, at least one: 0 means for ever.
    mutating func set(_ option: CURLoption, _ time: Duration) {
        let milliseconds = time / .milliseconds(1)
        set(option, max(1, Int(milliseconds)))
    }

    /// Takes away the string that an option has by default.
    mutating func clear(_ option: CURLoption) {
        note(unsafe ccurl_set_text(handle, option, nil))
    }

    /// Sets the size of what is sent.
    mutating func set(_ option: CURLoption, size: Int) {
        note(unsafe ccurl_set_size(handle, option, curl_off_t(size)))
    }

    /// Sets a pointer, which must hold until the handle is reset.
    mutating func set(_ option: CURLoption, pointer: UnsafeRawPointer?) {
        note(unsafe ccurl_set_pointer(handle, option, pointer))
    }

    /// Lets curl call `exchange` back, which must live until the handle is reset.
    mutating func callBack(_ exchange: Exchange) {
        let context = unsafe Unmanaged.passUnretained(exchange).toOpaque()
        unsafe set(CURLOPT_HEADERDATA, pointer: context)
        unsafe set(CURLOPT_WRITEDATA, pointer: context)
        unsafe set(CURLOPT_XFERINFODATA, pointer: context)
        note(
            unsafe ccurl_set_receiver(
                handle,
                CURLOPT_HEADERFUNCTION,
                { bytes, size, count, context in
                    unsafe Exchange.take(bytes, size * count, context) {
                        unsafe $0.takeHead($1)
                    }
                }
            )
        )
        note(
            unsafe ccurl_set_receiver(
                handle,
                CURLOPT_WRITEFUNCTION,
                { bytes, size, count, context in
                    unsafe Exchange.take(bytes, size * count, context) {
                        unsafe $0.takeBody($1)
                    }
                }
            )
        )
        note(
            unsafe ccurl_set_progress(
                handle,
                { context, _, _, _, _ in unsafe Exchange.isStopping(context) ? 1 : 0 }
            )
        )
        set(CURLOPT_NOPROGRESS, 0)
    }

    private mutating func note(_ result: CURLcode) {
        if code == CURLE_OK {
            code = result
        }
    }
}
