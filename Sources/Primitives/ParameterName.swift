import Glibc

/// A name of one of OpenSSL's parameters, as a C string that lives as long as the program.
///
/// An `OSSL_PARAM` keeps the pointer that it is given, whereas a Swift string lends its own for one
/// call only: a name that was passed as a string would be gone before OpenSSL reads it.
@safe struct ParameterName: @unchecked Sendable {
    // Sendable: the bytes are never written and never freed.
    let pointer: UnsafePointer<CChar>

    /// Copies a name. For static properties only: the copy is never freed.
    init(_ name: String) {
        guard let copy = unsafe strdup(name) else {
            preconditionFailure("out of memory for the name \(name)")
        }
        unsafe pointer = unsafe UnsafePointer(copy)
    }
}
