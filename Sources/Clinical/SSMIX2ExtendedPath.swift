/// What a file's path says in extended storage:
/// `PID[0:3]/PID[3:6]/PID/day/kind/PID_day_kind_key_time[_department]_flag/…`.
struct SSMIX2ExtendedPath: Hashable, Sendable {
    /// The patient's id.
    let patient: ArraySlice<UInt8>
    /// The day of care, as `20260118`, or `-`.
    let day: ArraySlice<UInt8>
    /// The kind of document: `code^name^system`, perhaps a local code's and a standard one's.
    let kind: ArraySlice<UInt8>
    /// What tells documents of one kind and day apart.
    let key: ArraySlice<UInt8>
    /// When it came to be: digits.
    let time: ArraySlice<UInt8>
    /// `1` for current, `2` for superseded, `0` for deleted.
    let flag: ArraySlice<UInt8>
    /// The name of the folder that holds the document's files.
    let folder: ArraySlice<UInt8>
    /// The file's own name.
    let file: ArraySlice<UInt8>
    /// Whether the folders above are those that the document's folder demands.
    let isInPlace: Bool
    /// Whether the folder's name has the kind that the folder above it has.
    let isOfKind: Bool

    private static let depth = 7

    /// Reads a path; nil unless it is deep enough, and the folder's name has its parts.
    ///
    /// - Parameter path: beneath the storage's root, parts separated by `/`.
    init?(_ path: [UInt8]) {
        let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count >= Self.depth, let file = parts.last else {
            return nil
        }
        patient = parts[2]
        day = parts[3]
        kind = parts[4]
        folder = parts[5]
        self.file = file
        // The kind may hold underscores; what stands before and after it does not.
        let tokens = folder.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
        guard tokens.count >= 6, let place = Self.timePlace(tokens), place >= 4 else {
            return nil
        }
        flag = tokens[tokens.count - 1]
        time = tokens[place]
        key = tokens[place - 1]
        isInPlace =
            !patient.isEmpty && parts[0] == patient.prefix(3)
            && parts[1] == patient.dropFirst(3).prefix(3)
            && tokens[0] == patient && tokens[1] == day
        let named = folder[tokens[2].startIndex..<tokens[place - 2].endIndex]
        isOfKind =
            named == kind
            || !named.isEmpty && kind.split(separator: UInt8(ascii: "^")).contains(named)
    }

    /// Which part is the time: the last but one, or, where a department follows, the one before.
    private static func timePlace(_ tokens: [ArraySlice<UInt8>]) -> Int? {
        let isTime = { (token: ArraySlice<UInt8>) in
            (14...17).contains(token.count) && HL7Value.isDigits(token)
        }
        return [tokens.count - 2, tokens.count - 3].first { isTime(tokens[$0]) }
    }

    /// What the flag says; nil for a flag that there is not.
    var condition: SSMIX2Condition? { SSMIX2Condition(flag) }

    /// What the kind is called in counts: the codes of NHO's module specification 1.3.0, and
    /// `other` for all else.
    var kindName: String {
        let known = [
            "L-OBSERVATIONS", "L-JSPEED", "11506-3", "34108-1", "34112-3", "18842-5", "57133-1",
        ]
        let codes = kind.split(separator: UInt8(ascii: "^"))
        return known.first { code in codes.contains { $0.elementsEqual(code.utf8) } } ?? "other"
    }
}
