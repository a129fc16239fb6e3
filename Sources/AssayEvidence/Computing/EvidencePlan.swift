import AssayColumns
import AssayData
import AssayTerms

/// Which columns a request reads, and which states it fills from them.
struct EvidencePlan {
    /// Columns whose values are groups, each once.
    let sensitive: [Text]
    /// Privileged rules, each once.
    let rules: [PrivilegedRule]
    let needsOutcome: Bool
    let needsScores: Bool
    /// Everything that must be there, each column once.
    let columns: [Text]
    /// Checks that keep states of their own, each once.
    let columnChecks: [CheckRequest]
    /// What those read where it is there.
    let optionalColumns: DataOptions.OptionalColumns

    init(_ request: EvidenceRequest, modelColumns: [Text]) throws(AssayError) {
        var sensitive: [Text] = []
        var rules: [PrivilegedRule] = []
        var needsOutcome = false
        var needsScores = false
        var columnChecks: [CheckRequest] = []
        var optional: [Text] = []
        var readsAll = false
        var required: [Text] = []
        for check in request.checks {
            let needs = try CheckCatalogue.descriptor(id: check.id).needs
            if ColumnCheckSet.keepsState(check) {
                if !columnChecks.contains(check) { columnChecks.append(check) }
                if let column = check.column { optional.append(column) }
                if check.column == nil, needs.contains(.anyColumn) { readsAll = true }
                if needs.contains(.label) { required += [request.label].compactMap { $0 } }
                if needs.contains(.score) { required += [request.score].compactMap { $0 } }
                continue
            }
            if needs.contains(.prediction) { needsOutcome = true }
            if needs.contains(.score) { needsScores = true }
            if needs.contains(.privileged) {
                if let rule = check.privileged, !rules.contains(rule) { rules.append(rule) }
            } else if needs.contains(.sensitive), let column = check.column, !sensitive.contains(column) {
                sensitive.append(column)
            }
        }
        self.columnChecks = columnChecks
        optionalColumns = readsAll ? .all : .named(optional)
        self.sensitive = sensitive
        self.rules = rules
        self.needsOutcome = needsOutcome
        self.needsScores = needsScores
        var columns: [Text] = []
        if needsOutcome || needsScores {
            let named = [request.label, request.prediction, request.score, request.weight].compactMap { $0 }
            for column in named + sensitive + rules.map(\.column) + modelColumns where !columns.contains(column) {
                columns.append(column)
            }
        }
        for column in required where !columns.contains(column) { columns.append(column) }
        self.columns = columns
    }
}
