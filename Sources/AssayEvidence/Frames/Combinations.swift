import AssayColumns
import AssayTerms

/// Codes for the combinations of several columns' codes that rows have, numbered by first appearance.
///
/// A missing part (−1) is a part like any other here; whether such rows are groups or left out is decided when all rows were
/// seen. One column's codes are taken as they are.
///
/// - Complexity: O(rows · columns); a table entry per combination.
struct Combinations {
    static let limit = 10_000

    let width: Int
    /// By column after the first: (code so far, the column's code) → code so far.
    private var tables: [[UInt64: Int32]]
    private var partials: [[[Int32]]]

    init(width: Int) {
        self.width = width
        tables = [[UInt64: Int32]](repeating: [:], count: max(0, width - 1))
        partials = [[[Int32]]](repeating: [], count: max(0, width - 1))
    }

    /// How many codes there are, where one column's coder has `single`.
    func count(single: Int) -> Int {
        switch width {
        case 0: 1
        case 1: single
        default: partials[width - 2].count
        }
    }

    /// The columns' codes behind a combined one.
    func parts(_ code: Int) -> [Int32] {
        switch width {
        case 0: []
        case 1: [Int32(code)]
        default: partials[width - 2][code]
        }
    }

    /// One code a row; `nil` without columns, where all rows are one group.
    ///
    /// - Throws: `limitExceeded` beyond `limit` combinations.
    mutating func codes(_ columns: [[Int32]], names: [Text]) throws(AssayError) -> [Int32]? {
        precondition(columns.count == width, "the columns are not those the combinations are of")
        guard var codes = columns.first else { return nil }
        for level in columns.indices.dropFirst() {
            var table = tables[level - 1]
            tables[level - 1] = [:]
            let column = columns[level]
            var lastKey: UInt64 = 0
            var lastCode: Int32 = -1
            for row in codes.indices {
                // Parts start at −1, so one is added; no key is 0 twice over for different pairs.
                let key = UInt64(UInt32(bitPattern: codes[row] &+ 1)) << 32 | UInt64(UInt32(bitPattern: column[row] &+ 1))
                if lastCode >= 0, key == lastKey {
                    codes[row] = lastCode
                    continue
                }
                if let code = table[key] {
                    lastCode = code
                } else {
                    guard table.count < Self.limit else {
                        throw AssayError(
                            .limitExceeded,
                            "columns \(ValueList.text(names, limit: 5)) together have more than \(Self.limit) combinations "
                                + "of values; cross fewer columns")
                    }
                    lastCode = Int32(table.count)
                    table[key] = lastCode
                    let before = level == 1 ? [codes[row]] : partials[level - 2][Int(codes[row])]
                    partials[level - 1].append(before + [column[row]])
                }
                lastKey = key
                codes[row] = lastCode
            }
            tables[level - 1] = table
        }
        return codes
    }
}
