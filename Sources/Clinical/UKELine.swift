/// A line of a claim file, divided at its commas. No character of Shift_JIS has a comma's byte as
/// its second, and no field is quoted (記録条件仕様 第1章 3(3) ウ).
struct UKELine {
    private let bytes: [UInt8]
    /// Where each field ends.
    private let ends: [Int]

    /// More than any record has: 歯科診療行為 has 109, 調剤基本料 114.
    private static let fieldsMax = 200

    /// Divides a line.
    ///
    /// - Parameter line: without its end.
    init(_ line: [UInt8]) {
        bytes = line
        var ends: [Int] = []
        ends.reserveCapacity(48)
        for (place, byte) in line.enumerated() where byte == UInt8(ascii: ",") {
            if ends.count < Self.fieldsMax {
                ends.append(place)
            }
        }
        ends.append(line.count)
        self.ends = ends
    }

    /// How many fields it has, the record's name with them.
    var count: Int { ends.count }

    /// A field without the spaces around it; empty if the line ends before it.
    ///
    /// - Parameter place: from 0, the record's name; one less than the number in 記録条件仕様.
    subscript(place: Int) -> ArraySlice<UInt8> {
        guard place < ends.count else {
            return []
        }
        var start = place == 0 ? 0 : ends[place - 1] + 1
        var end = ends[place]
        let space = UInt8(ascii: " ")
        while start < end, bytes[start] == space {
            start += 1
        }
        while start < end, bytes[end - 1] == space {
            end -= 1
        }
        return bytes[start..<end]
    }

    /// A field that is a number.
    ///
    /// - Parameter place: as of the subscript.
    /// - Returns: nil if it is none, or has more than 15 digits.
    func number(_ place: Int) -> Int? { Self.number(self[place]) }

    /// Reads a number in plain digits.
    ///
    /// - Parameter text: at most 15 digits: money and points have 10.
    /// - Returns: nil for anything else.
    static func number(_ text: ArraySlice<UInt8>) -> Int? {
        guard (1...15).contains(text.count) else {
            return nil
        }
        var value = 0
        for byte in text {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else {
                return nil
            }
            value = value * 10 + Int(byte & 0x0F)
        }
        return value
    }
}
