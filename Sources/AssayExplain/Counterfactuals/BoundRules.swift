import AssayColumns
import AssayTerms

/// Constraints on changes, bound to columns and their types.
package struct BoundRules: Sendable {
    struct Feature: Sendable {
        var direction: ChangeRules.Direction = .any
        var range: ClosedRange<Double>?
        var step: Double?
        /// Ascending.
        var allowed: [ColumnValue]?
    }

    struct Link: Sendable {
        var features: [Int]
        var form: ChangeRules.Link.Form
    }

    /// By column.
    let features: [Feature]
    let links: [Link]
    /// At most so many columns change.
    package let limit: Int

    /// - Throws: `invalidArgument` for a name that is no column, and for constraints that a column of its type cannot have.
    init(_ rules: ChangeRules, _ block: RowBlock) throws(AssayError) {
        let names = block.columns.map(\.name)
        func place(_ name: Text) throws(AssayError) -> Int {
            guard let place = names.firstIndex(of: name) else {
                throw AssayError(
                    .invalidArgument,
                    "the constraints name '\(name)', which is none of the inputs that the model uses\(NearNames.question(NearNames.near(name, among: names)))"
                        + (NearNames.near(name, among: names).isEmpty ? "; it uses \(ValueList.text(names, limit: 20))" : ""))
            }
            return place
        }
        var features = [Feature](repeating: Feature(direction: rules.others), count: names.count)
        for rule in rules.features {
            let spot = try place(rule.name)
            let column = block.columns[spot]
            let isNumber: Bool =
                switch column.values {
                case .int64, .double: true
                case .boolean, .text, .timestamp: false
                }
            let asksOrder = rule.direction == .increase || rule.direction == .decrease || rule.range != nil || rule.step != nil
            guard isNumber || !asksOrder else {
                throw AssayError(
                    .invalidArgument,
                    "the constraints give '\(rule.name)' a direction, range or step, and its values are no numbers; list what it may become under 'allowed'")
            }
            if let step = rule.step, case .int64 = column.values, step != step.rounded() {
                throw AssayError(.invalidArgument, "the constraints give '\(rule.name)', which holds whole numbers, a step of \(step)")
            }
            if let range = rule.range, case .int64 = column.values, range.lowerBound.rounded(.up) > range.upperBound {
                throw AssayError(.invalidArgument, "the constraints give '\(rule.name)', which holds whole numbers, a range without any")
            }
            var allowed: [ColumnValue]?
            if let texts = rule.allowed {
                var values: Set<ColumnValue> = []
                for text in texts {
                    let value = try ColumnValue(reading: text, as: column.type, column: rule.name)
                    if case .int64 = column.values, !value.isWhole {
                        throw AssayError(.invalidArgument, "the constraints allow '\(rule.name)', which holds whole numbers, to be \(text)")
                    }
                    if case .boolean = column.values, value != .integer(0), value != .integer(1) {
                        throw AssayError(.invalidArgument, "the constraints allow '\(rule.name)', which is true or false, to be \(text)")
                    }
                    values.insert(value)
                }
                allowed = values.sorted()
            }
            features[spot] = Feature(direction: rule.direction, range: rule.range, step: rule.step, allowed: allowed)
        }
        self.features = features
        var links: [Link] = []
        for link in rules.links {
            var spots: [Int] = []
            for name in link.features { spots.append(try place(name)) }
            if link.form == .amount {
                for (spot, name) in zip(spots, link.features) {
                    switch block.columns[spot].values {
                    case .int64, .double: continue
                    case .boolean, .text, .timestamp:
                        throw AssayError(.invalidArgument, "the constraints link '\(name)' by amount, and its values are no numbers; link by rows")
                    }
                }
            }
            links.append(Link(features: spots.sorted(), form: link.form))
        }
        self.links = links
        limit = min(rules.limit ?? names.count, names.count)
    }

    /// Whether a column may become another value than its own.
    ///
    /// - Parameter from: `nil` for a missing value, which may become any that is not asked to be above or below it.
    func allows(_ value: ColumnValue, from: ColumnValue?, feature: Int) -> Bool {
        let rule = features[feature]
        guard value != from else { return false }
        switch rule.direction {
        case .never: return false
        case .any: break
        case .increase: guard let from, from < value else { return false }
        case .decrease: guard let from, value < from else { return false }
        }
        if let allowed = rule.allowed { return allowed.contains(value) }
        guard let number = value.number else { return true }
        if let range = rule.range, !range.contains(number) { return false }
        if let step = rule.step {
            guard let start = from?.number else { return true }
            let count = ((number - start) / step).rounded()
            return (start + count * step - number).magnitude <= 1e-9 * max(step, number.magnitude)
        }
        return true
    }

    /// - Throws: `invalidArgument` where a row's own value lies outside of what its input may be: constraints and row contradict each other.
    func requireOwn(_ value: ColumnValue?, feature: Int, name: Text, row: Int) throws(AssayError) {
        guard let value else { return }
        let rule = features[feature]
        if let number = value.number, let range = rule.range, !range.contains(number) {
            throw AssayError(
                .invalidArgument,
                "row \(row) (counted from 0) has a value of '\(name)' outside of the range that the constraints give it; widen the range, or leave the row out")
        }
        guard let number = value.number, !number.isFinite else { return }
        throw AssayError(.invalidArgument, "row \(row) (counted from 0) has an infinite value of '\(name)', from which nothing has a distance")
    }
}
