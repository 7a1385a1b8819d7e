/// What standardized storage keeps of itself beside its messages: exports of its index and its
/// transaction log. Every message must stand in them (S16, S17), so whoever writes one of his own
/// would break both.
package enum SSMIX2Books {
    /// Whether a path beneath the storage's root names an export of the index, or a part of the
    /// log.
    package static func isOne(_ path: [UInt8]) -> Bool {
        let place = SSMIX2Place(path)
        return place == .index || place == .log
    }

    /// Whether a path beneath the storage's root names a patient's folder, `PID[0:3]/PID[3:6]/PID`:
    /// there are messages alone.
    package static func isOfPatient(_ path: [UInt8]) -> Bool {
        let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return parts.count == 3 && parts[0] == parts[2].prefix(3)
            && parts[1] == parts[2].dropFirst(3).prefix(3)
    }
}
