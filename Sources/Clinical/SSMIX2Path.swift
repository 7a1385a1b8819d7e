/// What a file's path says in standardized storage:
/// `PID[0:3]/PID[3:6]/PID/day/type/PID_day_type_order_time_department_flag`.
struct SSMIX2Path: Hashable, Sendable {
    /// The patient's id.
    let patient: ArraySlice<UInt8>
    /// The day of care, as `20260118`, or `-`.
    let day: ArraySlice<UInt8>
    /// The kind of data, as `OML-11`.
    let type: ArraySlice<UInt8>
    /// The order's number.
    let order: ArraySlice<UInt8>
    /// When the message was sent: `YYYYMMDDHHMMSSFFF`.
    let time: ArraySlice<UInt8>
    /// The department's code, or `-`.
    let department: ArraySlice<UInt8>
    /// `1` for current, `2` for superseded, `0` for deleted.
    let flag: ArraySlice<UInt8>
    /// The last part of the path.
    let name: ArraySlice<UInt8>
    /// Whether the folders are those that the name demands.
    let isInPlace: Bool

    /// Reads a name and the folders that it lies in; nil unless the name has seven parts.
    ///
    /// - Parameter parts: of the path, beneath the storage's root.
    init?(_ parts: [ArraySlice<UInt8>]) {
        guard let name = parts.last else {
            return nil
        }
        let tokens = name.split(
            separator: UInt8(ascii: "_"),
            maxSplits: 8,
            omittingEmptySubsequences: false
        )
        guard tokens.count == 7 else {
            return nil
        }
        patient = tokens[0]
        day = tokens[1]
        type = tokens[2]
        order = tokens[3]
        time = tokens[4]
        department = tokens[5]
        flag = tokens[6]
        self.name = name
        let folders = [
            patient.prefix(3), patient.dropFirst(3).prefix(3), patient, day, type,
        ]
        isInPlace = !patient.isEmpty && parts.dropLast().elementsEqual(folders)
    }

    /// What the flag says; nil for a flag that there is not.
    var condition: SSMIX2Condition? { SSMIX2Condition(flag) }
}
