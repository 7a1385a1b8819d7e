import Glibc

/// Text to one of the program's own streams.
enum Text {
    /// Writes it in one call, so that lines of two threads do not mix. Where nobody can be told,
    /// nobody is.
    static func write(_ text: String, to stream: Int32) {
        let bytes = Array(text.utf8)
        _ = unsafe bytes.withUnsafeBytes { bytes in
            unsafe Glibc.write(stream, bytes.baseAddress, bytes.count)
        }
    }
}
