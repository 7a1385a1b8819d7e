/// Which fields may not be empty in which segment of which kind of data (NHO, HL7_SEGMENT.json at
/// 550fdcd of nhoHQ/SSMIX2DataTestingTool: what it calls R; conditional fields are not judged).
enum SSMIX2RequiredFields {
    /// The fields of one segment, as a set of bits: bit n is field n.
    struct Row: Hashable, Sendable {
        /// Which segment.
        let segment: HL7SegmentName
        /// Which fields of it.
        let fields: UInt64
    }

    /// What each kind of data demands, one row a segment.
    static let all: [SSMIX2DataType: [Row]] = Dictionary(
        uniqueKeysWithValues: SSMIX2DataType.allCases.map { ($0, rows(of: $0)) }
    )

    /// What is demanded of a segment whatever message it stands in.
    private static let always: [(String, [Int])] = [
        ("MSH", [1, 2, 7, 9, 10, 11, 12, 18]), ("EVN", [2]), ("PID", [3, 5, 7, 8]), ("PV1", [2]),
        ("NK1", [1]), ("DB1", [1, 2, 4]), ("AL1", [1, 3]), ("IN1", [1, 2]), ("IAM", [1, 3, 6]),
        ("PRB", [1, 2, 3, 4]), ("ZPR", [2]), ("ODS", [1, 3]), ("RXA", [1, 2, 3, 4, 5, 6]),
        ("RXC", [1, 2, 3, 4]), ("CTI", [1]), ("SPM", [4]), ("IPC", [1, 3, 5]),
    ]

    /// What is demanded in messages of some kinds.
    private static let sometimes: [(String, [Int], Set<SSMIX2DataType>)] = [
        ("ORC", [1, 2], [.ppr01, .omd]),
        ("ORC", [1, 2, 4], [.omp01, .omp11]),
        ("ORC", [1, 2, 4, 17, 29], [.omp02, .omp12]),
        ("ORC", [1, 2], [.oml01, .oml11]),
        ("ORC", [1, 2, 9, 12], [.omg01, .omg11, .omg02, .omg12]),
        ("ORC", [1, 2, 9, 12, 17], [.omg03, .omg13]),
        ("RXE", [2, 3, 5, 10, 11], [.omp01, .omp11]),
        ("RXE", [2, 3, 5], [.omp02, .omp12]),
        ("RXR", [1], [.omp01, .omp11, .omp02, .omp12]),
        ("OBR", [2, 4], [.oml01, .oml11, .omg01, .omg11, .omg02, .omg12]),
        ("OBR", [1, 2, 4], [.omg03, .omg13]),
        ("OBX", [3, 11], [.oml01, .oml11]),
        ("OBX", [2, 3, 11], [.omp02, .omp12, .omg03, .omg13]),
        ("OBX", [2, 3, 5, 11], [.omg01, .omg11, .omg02, .omg12]),
        ("ZE1", [2, 3], [.omg11]),
        ("ZE1", [1, 2, 3], [.omg12]),
    ]

    private static func rows(of type: SSMIX2DataType) -> [Row] {
        let special = sometimes.filter { $0.2.contains(type) }.map { ($0.0, $0.1) }
        return (always + special).map { name, fields in
            Row(
                segment: HL7SegmentName(name),
                fields: fields.reduce(0) { $0 | 1 << UInt64($1) }
            )
        }
    }
}
