import AssayColumns
import AssayTerms

/// Which rows an expectation looks at: comparisons of columns with literals, joined by and, or, not.
///
/// Comparisons follow pandas' `DataFrame.query`: a missing value is unequal to everything, and neither above nor below it.
indirect enum RowCondition: Sendable {
    enum Comparison: String, Sendable, CaseIterable {
        case equal = "=="
        case unequal = "!="
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case less = "<"
        case greater = ">"
    }

    case all([RowCondition])
    case any([RowCondition])
    case not(RowCondition)
    case compares(Text, Comparison, ColumnValue)
    case isIn(Text, [ColumnValue])
    case isMissing(Text)

    var columns: [Text] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap(\.columns)
        case .not(let part): part.columns
        case .compares(let column, _, _), .isIn(let column, _), .isMissing(let column): [column]
        }
    }

    /// One truth a row of a block that has the columns.
    ///
    /// - Throws: `unsupported` where a column cannot be ordered with its literal.
    func mask(_ block: RowBlock) throws(AssayError) -> [Bool] {
        switch self {
        case .all(let parts):
            var mask = [Bool](repeating: true, count: block.rowCount)
            for part in parts {
                for (row, holds) in try part.mask(block).enumerated() where !holds { mask[row] = false }
            }
            return mask
        case .any(let parts):
            var mask = [Bool](repeating: false, count: block.rowCount)
            for part in parts {
                for (row, holds) in try part.mask(block).enumerated() where holds { mask[row] = true }
            }
            return mask
        case .not(let part): return try part.mask(block).map { !$0 }
        case .isMissing(let name): return values(name, block).map { $0 == nil }
        case .isIn(let name, let literals):
            let set = Set(literals)
            return values(name, block).map { $0.map { set.contains($0) } ?? false }
        case .compares(let name, let comparison, let literal):
            let type = block[name]?.type ?? .text
            var literal = literal
            if type == .timestamp, case .text(let text) = literal, let time = Timestamp.microseconds(from: text) {
                literal = .timestamp(time)
            }
            guard comparison == .equal || comparison == .unequal || type.domain == literal.domain else {
                throw AssayError(
                    .unsupported,
                    "the row condition orders column '\(name)', which holds \(type.domain.rawValue), with \(literal.domain.rawValue)")
            }
            return values(name, block).map { value in
                guard let value else { return comparison == .unequal }
                return switch comparison {
                case .equal: value == literal
                case .unequal: value != literal
                case .less: value < literal
                case .lessOrEqual: value < literal || value == literal
                case .greater: literal < value
                case .greaterOrEqual: literal < value || value == literal
                }
            }
        }
    }

    private func values(_ name: Text, _ block: RowBlock) -> [ColumnValue?] {
        guard let column = block[name] else { return [ColumnValue?](repeating: nil, count: block.rowCount) }
        return (0..<column.count).map { column.value(at: $0) }
    }
}
