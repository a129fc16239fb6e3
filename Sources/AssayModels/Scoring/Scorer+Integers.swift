import AssayColumns

/// Whole numbers beyond 2⁵³ in models whose trees compare in 32 bits: rounded once, as their libraries round a column of whole numbers, and not to
/// 64 bits first.
///
/// - Source: XGBoost 3.2, `src/data/adapter.h`: each column by itself. scikit-learn 1.9, `check_array`: all columns become one array, which is of whole
///   numbers only where every column is.
extension Scorer {
    static func wholeInputs(_ model: ScoringModel) -> Set<Int> {
        guard case .trees(let head) = model.head, head.ensemble.comparesInFloat else { return [] }
        return model.graph.plainInputs
    }

    func roundedOnce(_ columns: [Column?]) -> [Column?] {
        guard !wholeInputs.isEmpty, columns.contains(where: { $0.map(Self.isWhole) ?? false }), case .trees(let head) = model.head else { return columns }
        // Only XGBoost adds in 32 bits.
        guard head.ensemble.addsInFloat || columns.allSatisfy({ $0.map(Self.isWhole) ?? false }) else { return columns }
        return columns.enumerated().map { place, column in
            guard let column, wholeInputs.contains(place), Self.isWhole(column), case .int64(let values) = column.values,
                values.contains(where: { $0.magnitude > 1 << 53 })
            else { return column }
            return Column(name: column.name, values: .double(values.map { Double(Float($0)) }))
        }
    }

    /// With a missing value a column is of fractions to pandas.
    private static func isWhole(_ column: Column) -> Bool {
        guard case .int64 = column.values else { return false }
        return column.validity.map { $0.missingCount == 0 } ?? true
    }
}

extension Graph {
    /// Inputs that the head sees as they are.
    fileprivate var plainInputs: Set<Int> {
        var plain = Set(usedInputs)
        for (place, step) in steps.enumerated() where neededSteps[place] {
            if case .number(let source) = step, case .input = source.base, source.treatments.allSatisfy({ $0 == .takeInfinite || $0 == .refuseMissing }) {
                continue
            }
            for input in sources[place] { plain.remove(input) }
        }
        return plain
    }
}
