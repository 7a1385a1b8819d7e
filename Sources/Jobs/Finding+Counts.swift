import Format
import Model

extension [Finding] {
    /// How many there are of each code, as records tell it.
    var countsByCode: JSONValue {
        let counts = reduce(into: [String: Int64]()) { $0[$1.code.rawValue, default: 0] += 1 }
        return .object(counts.mapValues { .integer($0) })
    }
}
