package import AssayColumns
package import AssayTerms

/// Numbers the distinct combinations of the values of several columns, and gives a combination back for its number.
///
/// Exact: each column's values are numbered, then the numbers joined from the first column to the last, two at a time.
/// A missing value is a value here. Numbers are equal as ``ColumnValue`` has them within a column: both zeros are one.
///
/// - Cost: O(rows × columns), one table entry a distinct combination of the first two, three, … columns; no allocation a row.
package struct CombinationCoder: Sendable {
    private let types: [ColumnType]
    /// Of the numbers in each column, from 1; 0 is missing.
    private var tables: [KeyTable]
    private var dictionaries: [TextDictionary?]
    /// Of the joined columns up to the second, the third, …
    private var joins: [KeyTable]

    package init(types: [ColumnType]) {
        precondition(!types.isEmpty, "a combination has a value")
        self.types = types
        tables = types.map { _ in KeyTable() }
        dictionaries = types.map { _ in nil }
        joins = types.dropFirst().map { _ in KeyTable() }
    }

    /// One number a row, the same for the same values in every block.
    ///
    /// - Throws: `limitExceeded` beyond 2,147,483,646 distinct values or combinations.
    package mutating func codes(of columns: [Column]) throws(AssayError) -> [Int32] {
        var codes = try codes(of: columns[0], at: 0)
        for place in columns.indices.dropFirst() {
            let others = try self.codes(of: columns[place], at: place)
            guard joins[place - 1].count < Int(Int32.max) - codes.count else { throw Self.tooMany() }
            for row in codes.indices {
                let key = UInt64(UInt32(bitPattern: codes[row])) << 32 | UInt64(UInt32(bitPattern: others[row]))
                codes[row] = Int32(truncatingIfNeeded: joins[place &- 1].code(of: key))
            }
        }
        return codes
    }

    private static func tooMany() -> AssayError {
        AssayError(.limitExceeded, "there are more than 2,147,483,646 distinct rows")
    }

    private mutating func codes(of column: Column, at place: Int) throws(AssayError) -> [Int32] {
        guard tables[place].count < Int(Int32.max) - column.count else { throw Self.tooMany() }
        var codes: [Int32]
        func code(_ key: UInt64) -> Int32 { Int32(truncatingIfNeeded: tables[place].code(of: key) &+ 1) }
        switch column.values {
        case .text(let texts, let dictionary):
            dictionaries[place] = dictionary
            codes = texts.map { $0 &+ 1 }
        case .boolean(let values): codes = values.map { code($0 == 0 ? 0 : 1) }
        case .int64(let values), .timestamp(let values): codes = values.map { code(UInt64(bitPattern: $0)) }
        case .double(let values): codes = values.map { $0.isNaN ? 0 : code(ValueCounts.key($0)) }
        }
        if let validity = column.validity {
            for row in codes.indices where !validity[row] { codes[row] = 0 }
        }
        return codes
    }

    /// The values of a combination that `codes` gave that number.
    package func values(of code: Int32) -> [ColumnValue?] {
        var values = [ColumnValue?](repeating: nil, count: types.count)
        var code = code
        for place in types.indices.reversed() {
            var own = code
            if place > 0 {
                let key = joins[place - 1].keys[Int(code)]
                own = Int32(truncatingIfNeeded: key)
                code = Int32(truncatingIfNeeded: key >> 32)
            }
            guard own > 0 else { continue }
            values[place] = dictionaries[place].map { .text($0[own - 1]) } ?? value(tables[place].keys[Int(own) - 1], types[place])
        }
        return values
    }

    private func value(_ key: UInt64, _ type: ColumnType) -> ColumnValue? {
        switch type {
        case .boolean, .int64, .text: .integer(Int64(bitPattern: key))
        case .double: ColumnValue(Double(bitPattern: key))
        case .timestamp: .timestamp(Int64(bitPattern: key))
        }
    }
}
