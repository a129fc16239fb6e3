import AssayColumns
import AssayTerms

/// `drift.dataset` and the distances of one column, against a reference profile by the strict rule.
struct DriftCheck: ColumnCheck {
    private let setting: ColumnCheckSetting
    private let reference: DriftProfile
    /// `nil` for the share of drifted columns.
    private let method: DriftMethod?
    /// One for each column that the data and the reference have and the check looks at.
    private var states: [DriftColumnState] = []

    /// - Throws: `invalidArgument` where there is no reference, or an option is no whole number.
    init(_ setting: ColumnCheckSetting) throws(AssayError) {
        guard let reference = setting.reference else {
            throw AssayError(.invalidArgument, "\(setting.descriptor.id) needs a reference profile (--reference)")
        }
        let bins = setting.options["bins"].map { _ in setting.number("bins") } ?? 10
        guard bins == bins.rounded() else {
            throw AssayError(.invalidArgument, "'bins' of \(setting.descriptor.id) is a whole number, not \(bins)")
        }
        self.setting = setting
        self.reference = reference
        method = DriftMethod(rawValue: String(setting.descriptor.id.dropFirst("drift.".count)))
    }

    mutating func add(_ block: RowBlock) throws(AssayError) {
        for column in block.columns where setting.column == nil || column.name == setting.column {
            guard reference.columns.contains(where: { $0.name == column.name }) else { continue }
            if let known = states.firstIndex(where: { $0.name == column.name }) {
                try states[known].add(column)
            } else {
                var state = DriftColumnState(name: column.name, type: column.type, limit: Self.categoryLimit)
                try state.add(column)
                states.append(state)
            }
        }
    }

    private static let categoryLimit = 100_000

    func result(rowCount: Int) throws(AssayError) -> CheckResult {
        if let column = setting.column {
            guard setting.dataColumns.contains(column) else { return missing("the data has no column '\(column)'", rowCount) }
            guard reference.columns.contains(where: { $0.name == column }) else {
                return missing("the reference has no column '\(column)'", rowCount)
            }
        }
        // The rule judges the columns; it opens neither file.
        var request = DriftRequest(reference: .data(setting.request.data), current: setting.request.data)
        request.method = method
        request.categoryLimit = Self.categoryLimit
        if setting.options["rate"] != nil { request.rate = setting.number("rate") }
        if setting.options["bins"] != nil { request.binCount = Int(setting.number("bins")) }
        let rule = StrictRule(request)
        var examined: [StrictRule.Judged] = []
        for standing in reference.columns {
            guard let state = states.first(where: { $0.name == standing.name }) else { continue }
            examined.append(rule.examine(try DriftPair(reference: standing.side(), current: state.side())))
        }
        let judged = rule.decide(examined).columns
        return method == nil ? share(judged, rowCount) : distance(judged, rowCount)
    }

    private func missing(_ reason: String, _ rowCount: Int) -> CheckResult {
        setting.result(value: nil, rows: rowCount, undefined: reason)
    }

    private func share(_ columns: [StrictRule.Judged], _ rowCount: Int) -> CheckResult {
        let judged = columns.filter(\.isJudged)
        let drifted = judged.filter(\.isDrift)
        var result = setting.result(
            value: judged.isEmpty ? nil : Double(drifted.count) / Double(judged.count), rows: reference.rowCount + rowCount,
            undefined: judged.isEmpty ? "no column that the reference has too could be judged" : nil)
        result.details["columns"] = .integer(Int64(judged.count))
        result.details["drifted_columns"] = .integer(Int64(drifted.count))
        if !drifted.isEmpty { result.details["drifted_names"] = .list(drifted.map { .text($0.facts.name) }) }
        return result
    }

    private func distance(_ columns: [StrictRule.Judged], _ rowCount: Int) -> CheckResult {
        guard let one = columns.first, let method else { return missing("the data has no row", rowCount) }
        guard let answer = one.answers.last(where: { $0.method == method }) else {
            return missing("this distance is not for the column's values", rowCount)
        }
        var result = DriftDescriptors.result(of: answer, one.facts, .strict)
        result.options = setting.options
        return result
    }
}
