package import AssayTerms

/// Gives every distinct value of one or several columns a code, block after block.
///
/// Codes are numbered by first appearance and never change, so states of different blocks can be merged by code.
/// What the codes mean in an answer is decided when all blocks were seen, from the values and not from the order
/// of the rows: by `binaryCoding` (positive or not) or `categoryCoding` (sorted groups or classes).
///
/// Columns whose values are compared with each other (a label and its prediction) go through one coder.
///
/// - Complexity: O(rows) over all calls; no allocation per row; one table entry per distinct value.
package struct ValueCoder: Sendable {
    /// The code of a row without a value.
    package static let missing: Int32 = -1

    /// The distinct values, by code.
    package private(set) var values: [ColumnValue] = []
    /// The columns coded so far, in order of first appearance; they stand in messages.
    package private(set) var columnNames: [Text] = []
    package let maximumValueCount: Int

    private var codesByValue: [ColumnValue: Int32] = [:]
    /// Codes of the integers 0...255, which are most labels and groups: no hashing for them.
    private var smallIntegerCodes = [Int32](repeating: Self.missing, count: 256)
    private var textTables: [TextTable] = []
    private var domains: [(column: Text, domain: ColumnValue.Domain)] = []

    /// The coder's codes of one dictionary's codes.
    private struct TextTable {
        let dictionary: TextDictionary
        var codes: [Int32] = []
        /// So many of the first codes are the coder's own.
        private(set) var identicalCount = 0

        init(dictionary: TextDictionary) { self.dictionary = dictionary }

        mutating func isIdentity(upTo code: Int32) -> Bool {
            while identicalCount < codes.count, Int(codes[identicalCount]) == identicalCount { identicalCount += 1 }
            return code < identicalCount
        }
    }

    /// - Parameter maximumValueCount: where a column has more distinct values than this, `codes(of:)` throws, since
    ///   a column of labels or groups was wanted and a measured quantity was given.
    package init(maximumValueCount: Int = 10_000) {
        precondition(maximumValueCount > 0, "a coder needs room for one value")
        self.maximumValueCount = maximumValueCount
    }

    /// One code a row, `missing` where the row has no value. NaN is a missing value.
    ///
    /// - Throws: `limitExceeded` beyond `maximumValueCount` distinct values; `invalidArgument` where the column's
    ///   values could never equal those of a column coded before (text beside numbers).
    package mutating func codes(of column: Column) throws(AssayError) -> [Int32] {
        if !columnNames.contains(column.name) { columnNames.append(column.name) }
        var codes = [Int32](repeating: Self.missing, count: column.count)
        guard column.validity.map({ $0.presentCount > 0 }) ?? (column.count > 0) else { return codes }
        try requireComparable(column)
        // Most columns have no missing row; `nil` is asked once a row and not looked up.
        let validity = column.validity
        switch column.values {
        case .boolean(let values):
            for row in values.indices where validity?[row] ?? true {
                codes[row] = try code(ofInteger: values[row] == 0 ? 0 : 1, in: column)
            }
        case .int64(let values):
            if validity == nil, let known = knownCodes(of: values) { return known }
            for row in values.indices where validity?[row] ?? true {
                codes[row] = try code(ofInteger: values[row], in: column)
            }
        case .double(let values):
            for row in values.indices where validity?[row] ?? true {
                let value = values[row]
                if let integer = Int64(exactly: value) {
                    codes[row] = try code(ofInteger: integer, in: column)
                } else if let fraction = ColumnValue(value) {
                    codes[row] = try code(of: fraction, in: column)
                }
            }
        case .timestamp(let values):
            for row in values.indices where validity?[row] ?? true {
                codes[row] = try code(of: .timestamp(values[row]), in: column)
            }
        case .text(let textCodes, let dictionary):
            try code(texts: textCodes, dictionary, in: column, into: &codes)
        }
        return codes
    }

    private mutating func code(
        texts textCodes: [Int32], _ dictionary: TextDictionary, in column: Column, into codes: inout [Int32]
    ) throws(AssayError) {
        let place: Int
        if let known = textTables.firstIndex(where: { $0.dictionary === dictionary }) {
            place = known
        } else {
            place = textTables.count
            textTables.append(TextTable(dictionary: dictionary))
        }
        if column.validity == nil, textTables[place].isIdentity(upTo: textCodes.max() ?? 0) {
            codes = textCodes
            return
        }
        // Moved out for the loop, so that it stays the only reference and is grown in place.
        var table = textTables[place].codes
        textTables[place].codes = []
        defer { textTables[place].codes = table }
        let validity = column.validity
        for row in textCodes.indices where validity?[row] ?? true {
            let textCode = Int(textCodes[row])
            if textCode < table.count, table[textCode] != Self.missing {
                codes[row] = table[textCode]
                continue
            }
            while table.count <= textCode { table.append(Self.missing) }
            table[textCode] = try code(of: .text(dictionary[textCodes[row]]), in: column)
            codes[row] = table[textCode]
        }
    }

    /// The codes of integers that all have been seen and are small; `nil` otherwise. No row waits for the one before it.
    private func knownCodes(of values: [Int64]) -> [Int32]? {
        var large: UInt64 = 0
        var least: Int32 = 0
        let codes = [Int32](unsafeUninitializedCapacity: values.count) { buffer, count in
            let table = smallIntegerCodes.span
            for row in values.indices {
                let value = UInt64(bitPattern: values[row])
                large |= value
                let code = table[Int(truncatingIfNeeded: value & 255)]
                least = min(least, code)
                buffer[row] = code
            }
            count = values.count
        }
        return large < 256 && least >= 0 ? codes : nil
    }

    private mutating func code(ofInteger value: Int64, in column: Column) throws(AssayError) -> Int32 {
        guard value >= 0, value < 256 else { return try code(of: .integer(value), in: column) }
        let index = Int(truncatingIfNeeded: value)
        let known = smallIntegerCodes[index]
        if known != Self.missing { return known }
        let new = try code(of: .integer(value), in: column)
        smallIntegerCodes[index] = new
        return new
    }

    private mutating func code(of value: ColumnValue, in column: Column) throws(AssayError) -> Int32 {
        if let code = codesByValue[value] { return code }
        guard values.count < maximumValueCount else {
            throw AssayError(
                .limitExceeded,
                "column '\(column.name)' has more than \(maximumValueCount) distinct values; "
                    + "a column of labels or groups is wanted here (cut a measured quantity into ranges first)")
        }
        let code = Int32(values.count)
        values.append(value)
        codesByValue[value] = code
        return code
    }

    private mutating func requireComparable(_ column: Column) throws(AssayError) {
        let domain = column.type.domain
        if let other = domains.first(where: { $0.domain != domain }) {
            throw AssayError(
                .invalidArgument,
                "column '\(other.column)' holds \(other.domain.rawValue) and column '\(column.name)' holds "
                    + "\(domain.rawValue), so their values can never be equal; give both the same type")
        }
        if !domains.contains(where: { $0.column == column.name }) { domains.append((column.name, domain)) }
    }

    /// What the values of all columns can be equal to; `nil` while no row has a value.
    package var domain: ColumnValue.Domain? { domains.first?.domain }

    /// The codes in the order of their values.
    var codesSortedByValue: [Int32] {
        values.indices.sorted { values[$0] < values[$1] }.map { Int32($0) }
    }

    /// The columns' names as a message says them.
    var namedColumns: String {
        (columnNames.count == 1 ? "column " : "columns ") + columnNames.map { "'\($0)'" }.joined(separator: " and ")
    }
}
