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

    /// The rows of a block that has the columns for which it holds.
    ///
    /// - Throws: `unsupported` where a column cannot be ordered with its literal.
    func mask(_ block: RowBlock) throws(AssayError) -> RowBits {
        switch self {
        case .all(let parts):
            var mask = RowBits(count: block.rowCount, where: { _ in true })
            for part in parts { mask.formIntersection(try part.mask(block)) }
            return mask
        case .any(let parts):
            var mask = RowBits(count: block.rowCount)
            for part in parts { mask.formUnion(try part.mask(block)) }
            return mask
        case .not(let part): return try part.mask(block).inverted
        case .isMissing(let name):
            guard let column = block[name] else { return RowBits(count: block.rowCount, where: { _ in true }) }
            return column.missingRows ?? RowBits(count: block.rowCount)
        case .isIn(let name, let literals): return holding(.among(ValueSet(Set(literals)), isIn: true), name, block)
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
            switch comparison {
            case .equal: return holding(.among(ValueSet([literal]), isIn: true), name, block)
            case .unequal: return holding(.among(ValueSet([literal]), isIn: true), name, block).inverted
            case .less: return holding(.within(ValueBounds(below: literal, orEqual: false)), name, block)
            case .lessOrEqual: return holding(.within(ValueBounds(below: literal, orEqual: true)), name, block)
            case .greater: return holding(.within(ValueBounds(above: literal, orEqual: false)), name, block)
            case .greaterOrEqual: return holding(.within(ValueBounds(above: literal, orEqual: true)), name, block)
            }
        }
    }

    /// The rows with a value that passes; a column that is not there has none.
    private func holding(_ test: ValueTest, _ name: Text, _ block: RowBlock) -> RowBits {
        guard let column = block[name] else { return RowBits(count: block.rowCount) }
        var judge = ValueJudge(test)
        let verdicts = judge.verdicts(of: [column])
        var holding = verdicts.unexpected.inverted
        if let missing = verdicts.missing { holding.subtract(missing) }
        return holding
    }
}
