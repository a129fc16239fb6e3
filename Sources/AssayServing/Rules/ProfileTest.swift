import AssayColumns
package import AssayTerms

/// What of an input the rows had that a version was made from.
package enum ProfiledInput: Hashable, Sendable {
    /// From the least to the greatest number.
    case numbers(ClosedRange<Double>)
    /// Every text.
    case texts(Set<Text>)
}

/// Whether one of some inputs of a row lies outside of what a profile has seen: a number below its least or above its greatest, a text that is
/// none of its own. A missing value lies nowhere.
package struct ProfileTest: RowTest {
    package let columns: [Text]
    private let profile: [Text: ProfiledInput]

    /// - Parameter profile: by input; empty where there is none.
    package init(inputs: [Text], profile: [Text: ProfiledInput]) {
        columns = inputs.map { Text(JudgedRows.inputPrefix + $0.string) }
        self.profile = Dictionary(zip(columns, inputs.map { profile[$0] }).compactMap { name, seen in seen.map { (name, $0) } }) { first, _ in first }
    }

    package func answers(_ rows: JudgedRows) -> [RowAnswer] {
        var answers = [RowAnswer](repeating: .no, count: rows.block.rowCount)
        for name in columns {
            guard let column = rows.block[name], let seen = profile[name] else {
                for row in answers.indices where answers[row] == .no { answers[row] = .unknown }
                continue
            }
            for row in answers.indices where answers[row] != .yes {
                switch Self.isOutside(column, row, seen) {
                case true?: answers[row] = .yes
                case false?: break
                case nil: answers[row] = .unknown
                }
            }
        }
        return answers
    }

    /// `nil` where the value is missing, or of another kind than the profile's.
    private static func isOutside(_ column: Column, _ row: Int, _ seen: ProfiledInput) -> Bool? {
        guard column.isPresent(row) else { return nil }
        switch (column.values, seen) {
        case (.boolean(let values), .numbers(let range)): return !range.contains(Double(values[row]))
        case (.int64(let values), .numbers(let range)): return !range.contains(Double(values[row]))
        case (.double(let values), .numbers(let range)): return values[row].isNaN ? nil : !range.contains(values[row])
        case (.text(let codes, let dictionary), .texts(let texts)): return !texts.contains(dictionary[codes[row]])
        default: return nil
        }
    }
}
