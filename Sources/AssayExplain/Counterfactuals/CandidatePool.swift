import AssayColumns
package import AssayModels
package import AssayTerms

/// The values that inputs are tried with, and how far apart values of an input are, from background rows and the model's own thresholds.
///
/// Of numbers the distance is in units of the median absolute deviation from the median over the background; where that is 0, of the mean absolute
/// deviation from the median, and where that is 0 too, of 1. Categories, times, truth values and a missing value that becomes known are 1 apart.
///
/// - Source: Wachter, Mittelstadt and Russell 2017, Counterfactual explanations without opening the black box, section IV, for the unit.
package struct CandidatePool: Sendable {
    struct Feature: Sendable {
        let name: Text
        /// Distinct values, ascending.
        let values: Column
        /// What one unit of distance is; `nil` where values are categories.
        let unit: Double?
    }

    /// At most so many values of the background and as many of thresholds are tried of an input, unless another number is given.
    package static let usualValues = 50

    let features: [Feature]
    /// Rows to take linked values from: the same columns in the same order.
    let background: RowBlock
    package let rules: BoundRules
    package let backgroundName: String
    package let rowCount: Int
    package let availableCount: Int

    /// - Parameters:
    ///   - form: what the model takes; only inputs it uses are tried.
    ///   - thresholds: where the model changes its mind.
    ///   - valueLimit: values of the background, and thresholds, of each input; more are thinned evenly, the outermost kept.
    /// - Throws: `invalidArgument` for constraints that do not fit the columns.
    package init(
        _ background: BackgroundRows, form: ModelForm, rules: ChangeRules, thresholds: TreeThresholds = TreeThresholds(), valueLimit: Int = usualValues
    ) throws(AssayError) {
        let block = try form.bound(background.block)
        self.background = block
        backgroundName = background.name
        rowCount = background.rowCount
        availableCount = background.availableCount
        let bound = try BoundRules(rules, block)
        self.rules = bound
        var features: [Feature] = []
        for (place, column) in block.columns.enumerated() {
            let limits = form.inputs.firstIndex(of: column.name).flatMap { thresholds.byInput[$0] } ?? []
            features.append(
                try Self.feature(column, bound.features[place], sides: Self.thinned(limits, valueLimit).map { ($0, thresholds.sides($0)) }, valueLimit))
        }
        self.features = features
    }

    private static func feature(
        _ column: Column, _ rule: BoundRules.Feature, sides: [(threshold: Double, values: (below: Double, above: Double))], _ limit: Int
    ) throws(AssayError) -> Feature {
        if let allowed = rule.allowed {
            return Feature(name: column.name, values: self.column(allowed, like: column), unit: unit(column))
        }
        let seen = thinned(Set((0..<column.count).compactMap { column.value(at: $0) }).sorted(), limit)
        var values = Set(seen)
        let isWhole: Bool
        switch column.values {
        case .int64: isWhole = true
        case .double: isWhole = false
        case .boolean, .text, .timestamp: return Feature(name: column.name, values: self.column(seen, like: column), unit: nil)
        }
        var more: [Double] = []
        for (threshold, values) in sides {
            more += isWhole ? [threshold.rounded(.down), threshold.rounded(.down) + 1] : [values.below, values.above]
        }
        if let range = rule.range { more += isWhole ? [range.lowerBound.rounded(.up), range.upperBound.rounded(.down)] : [range.lowerBound, range.upperBound] }
        for value in more { if let value = ColumnValue(value), !isWhole || value.isWhole { values.insert(value) } }
        return Feature(name: column.name, values: self.column(values.sorted(), like: column), unit: unit(column))
    }

    /// The first, the last, and evenly between.
    static func thinned<Value>(_ values: [Value], _ limit: Int) -> [Value] {
        guard values.count > limit else { return values }
        guard limit > 1 else { return Array(values.prefix(limit)) }
        return (0..<limit).map { values[$0 * (values.count - 1) / (limit - 1)] }
    }

    /// Values of a column's own kind, as a column of its type.
    static func column(_ values: [ColumnValue], like column: Column) -> Column {
        let made: Column.Values
        switch column.values {
        case .boolean: made = .boolean(values.map { $0 == .integer(0) ? 0 : 1 })
        case .int64: made = .int64(values.map { if case .integer(let value) = $0 { value } else { 0 } })
        case .double: made = .double(values.map { $0.number ?? .nan })
        case .timestamp: made = .timestamp(values.map { if case .timestamp(let value) = $0 { value } else { 0 } })
        case .text:
            let dictionary = TextDictionary()
            let texts = values.map { if case .text(let text) = $0 { text } else { "" as Text } }
            made = .text(codes: texts.map { dictionary.code(for: $0) }, dictionary: dictionary)
        }
        return Column(name: column.name, values: made)
    }

    private static func unit(_ column: Column) -> Double? {
        switch column.values {
        case .int64, .double: break
        case .boolean, .text, .timestamp: return nil
        }
        let numbers = (0..<column.count).compactMap { column.value(at: $0)?.number }.filter(\.isFinite)
        guard !numbers.isEmpty else { return 1 }
        let middle = median(numbers)
        let deviations = numbers.map { ($0 - middle).magnitude }
        let absolute = median(deviations)
        if absolute > 0 { return absolute }
        var sum = 0.0
        for deviation in deviations { sum += deviation }
        return sum > 0 && sum.isFinite ? sum / Double(deviations.count) : 1
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let half = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[half] : sorted[half - 1] / 2 + sorted[half] / 2
    }
}

extension ColumnValue {
    var isWhole: Bool { if case .integer = self { true } else { false } }
}
