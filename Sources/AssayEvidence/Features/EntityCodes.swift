import AssayColumns
import AssayTerms

/// Numbers the entities, which one or several columns name, by first appearance.
struct EntityCodes {
    /// The code of a row that names no entity, or one that was not numbered.
    static let none: Int32 = -1

    private var coders: [ValueCoder]
    /// By further column: the code of what stands before it and its own, to the code of both.
    private var pairs: [[UInt64: Int32]]
    private(set) var count: Int32 = 0

    init(columnCount: Int) {
        coders = Array(repeating: ValueCoder(maximumValueCount: Int(Int32.max)), count: columnCount)
        pairs = Array(repeating: [:], count: columnCount - 1)
    }

    /// One code a row; `none` where a column has no value.
    ///
    /// - Parameter isAdding: whether entities that were not seen before get numbers.
    /// - Complexity: O(rows · columns), one table entry a distinct entity.
    mutating func codes(of columns: [Column], isAdding: Bool) throws(AssayError) -> [Int32] {
        var codes = try coders[0].codes(of: columns[0])
        if columns.count == 1 {
            if isAdding {
                count = Int32(coders[0].values.count)
            } else {
                // What the rows alone name has numbers beyond those of the table.
                for row in codes.indices where codes[row] >= count { codes[row] = Self.none }
            }
            return codes
        }
        for index in 1..<columns.count {
            let next = try coders[index].codes(of: columns[index])
            for row in codes.indices {
                guard codes[row] >= 0, next[row] >= 0 else {
                    codes[row] = Self.none
                    continue
                }
                let pair = UInt64(UInt32(bitPattern: codes[row])) << 32 | UInt64(UInt32(bitPattern: next[row]))
                if let known = pairs[index - 1][pair] {
                    codes[row] = known
                } else if isAdding {
                    let code = Int32(pairs[index - 1].count)
                    pairs[index - 1][pair] = code
                    codes[row] = code
                } else {
                    codes[row] = Self.none
                }
            }
        }
        if isAdding { count = Int32(pairs[columns.count - 2].count) }
        return codes
    }
}
