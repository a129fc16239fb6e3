import AssayColumns
import AssayData
import AssayMetrics
import AssayTerms

/// Which columns a request reads, and which states it fills from them.
struct EvidencePlan {
    let mode: EvidenceMode
    /// Sensitive columns, each once.
    let sensitive: [Text]
    /// Columns whose values tell rows apart, each once: sensitive ones, controls and slices.
    let grouping: [Text]
    /// Privileged rules, each once.
    let rules: [PrivilegedRule]
    /// Groupings, each once; the first is that of all rows.
    let frames: [FramePlan]
    let needsOutcome: Bool
    let needsScores: Bool
    let needsClassScores: Bool
    /// Whether scores are wanted of privileged and unprivileged rows.
    let needsRuleScores: Bool
    /// Which rows are looked at; `nil` for all.
    let condition: RowCondition?
    /// Everything that must be there, each column once.
    let columns: [Text]
    /// Checks that keep states of their own, each once.
    let columnChecks: [CheckRequest]
    /// What those read where it is there.
    let optionalColumns: DataOptions.OptionalColumns

    init(_ request: EvidenceRequest, modelColumns: [Text]) throws(AssayError) {
        let mode = try EvidenceMode(request)
        var sensitive: [Text] = []
        var grouping: [Text] = []
        var rules: [PrivilegedRule] = []
        var columnChecks: [CheckRequest] = []
        var optional: [Text] = []
        var readsAll = false
        var scoresRules = false
        var required: [Text] = []
        var frames = [FramePlan(columns: [], inputs: [])]
        func note(_ columns: [Text], into list: inout [Text]) {
            for column in columns where !list.contains(column) { list.append(column) }
        }
        for check in request.checks {
            if ColumnCheckSet.keepsState(check) {
                let needs = try CheckCatalogue.descriptor(id: check.id).needs
                if !columnChecks.contains(check) { columnChecks.append(check) }
                if let column = check.column { optional.append(column) }
                if check.column == nil, needs.contains(.anyColumn) { readsAll = true }
                if ClusterCheck.Kind(rawValue: check.id) != nil { required += ClusterCheck.others(check.options) }
                if check.id == ConsistencyCheck.id { required += ConsistencyCheck.columns(check, request) }
                if needs.contains(.label) { required += [request.label].compactMap { $0 } }
                if needs.contains(.score) { required += [request.score].compactMap { $0 } }
                if check.id.hasPrefix("estimated.") { required += [request.prediction].compactMap { $0 } }
                if needs.contains(.traffic) { optional += ServiceCheck.columns }
                if check.id == CheckCatalogue.attribution.id { readsAll = true }
                continue
            }
            guard let input = CheckInput(check.id)?.own else { continue }
            let descriptor = try CheckCatalogue.descriptor(id: check.id)
            if descriptor.needs.contains(.privileged) {
                if let rule = check.privileged, !rules.contains(rule) { rules.append(rule) }
                if input == .scores { scoresRules = true }
                continue
            }
            if descriptor.needs.contains(.sensitive) { note(check.groupColumns, into: &sensitive) }
            for columns in request.frames(of: check) {
                note(columns, into: &grouping)
                if let known = frames.firstIndex(where: { $0.columns == columns }) {
                    frames[known].inputs.insert(input)
                } else {
                    frames.append(FramePlan(columns: columns, inputs: [input]))
                }
            }
        }
        self.columnChecks = columnChecks
        optionalColumns = readsAll ? .all : .named(optional)
        self.mode = mode
        self.sensitive = sensitive
        self.grouping = grouping
        self.rules = rules
        self.frames = frames
        let inputs = frames.reduce(into: Set<PerformanceMeasure.Input>()) { $0.formUnion($1.inputs) }
        needsScores = inputs.contains(.scores) || scoresRules
        needsRuleScores = scoresRules
        needsClassScores = inputs.contains(.classScores)
        needsOutcome = !rules.isEmpty || !inputs.isEmpty
        var columns: [Text] = []
        if needsOutcome || needsScores {
            let named = [
                request.label, request.prediction, request.score, request.weight, request.againstPrediction,
                request.againstScore,
            ].compactMap { $0 }
            note(named + request.classScores.map(\.column) + request.labels + request.predictions, into: &columns)
            let edges = BinEdges(grouping)
            note(request.thresholds?.columns ?? [], into: &columns)
            note(grouping.map(edges.source) + rules.map(\.column) + modelColumns, into: &columns)
        }
        note(required, into: &columns)
        condition = try request.rows.map(RowConditionParser.condition(parsing:))
        note(condition?.columns ?? [], into: &columns)
        self.columns = columns
    }
}
