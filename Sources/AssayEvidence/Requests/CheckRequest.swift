package import AssayColumns
import AssayMetrics
package import AssayTerms

/// One check to compute, with what it is to look at.
package struct CheckRequest: Hashable, Sendable {
    /// Where `quality.column_absent` looks.
    package enum Place: String, Sendable, CaseIterable {
        /// The columns the model reads.
        case features
        /// The columns of the data file.
        case data
    }

    package var id: String
    /// The sensitive or examined column.
    package var column: Text?
    /// Which rows are privileged, for `aif360.*`.
    package var privileged: PrivilegedRule?
    package var place: Place?
    /// As given; those that are left out have their standard value.
    package var options: [Text: Text]
    /// Further columns, whose combinations with `column` are the groups.
    package var crossed: [Text]

    package init(
        id: String, column: Text? = nil, privileged: PrivilegedRule? = nil, place: Place? = nil, options: [Text: Text] = [:],
        crossed: [Text] = []
    ) {
        self.id = id
        self.column = column
        self.privileged = privileged
        self.place = place
        self.options = options
        self.crossed = crossed
    }

    /// The columns whose values, or combinations of values, are the groups.
    package var groupColumns: [Text] { (column.map { [$0] } ?? []) + crossed }
}

extension CheckRequest {
    /// All `performance.*` checks that a task has, as far as predictions, scores or both allow, those of each slice, and those
    /// over the folds of a cross-validation.
    package static func performance(
        hasPrediction: Bool, hasScore: Bool, task: EvidenceRequest.TaskKind = .binary, slices: [[Text]] = [],
        folds: Text? = nil
    ) -> [CheckRequest] {
        let measures = PerformanceMeasure.all.filter { measure in
            switch measure.input {
            case .classes: (task == .multiclass && hasPrediction) || task == .binary && !measure.isAverage
            case .confusion: task == .binary
            case .scores: task == .binary && hasScore
            case .classScores: task == .multiclass && hasScore
            case .labelSets: task == .multilabel
            case .numbers: task == .regression
            }
        }
        let ids = measures.map { "performance." + $0.name }
        return ids.map { CheckRequest(id: $0) }
            + slices.flatMap { columns in
                ids.map { CheckRequest(id: $0, column: columns.first, crossed: Array(columns.dropFirst())) }
            }
            + (folds.map { column in measures.map { CheckRequest(id: FoldCheck.id($0), column: column) } } ?? [])
    }

    /// All checks that compare two models on the same rows, as far as their predictions or scores allow.
    package static func paired(
        hasPrediction: Bool, hasScore: Bool, task: EvidenceRequest.TaskKind
    ) -> [CheckRequest] {
        PairedCheck.all
            .filter { check in
                switch check.input {
                case .scores: hasScore && task == .binary
                case .numbers: hasPrediction && task == .regression
                case .classes, .confusion: hasPrediction && (task == .binary || task == .multiclass)
                case .classScores, .labelSets: false
                }
            }
            .map { CheckRequest(id: $0.id) }
    }

    /// The `fairness.*` checks that are listed unless others are named: rates by group and Fairlearn's gaps for a binary
    /// decision, a few measures with their differences for the other tasks.
    package static func standardFairness(_ task: EvidenceRequest.TaskKind, outcome: EvidenceRequest.Outcome) -> [String] {
        switch task {
        case .binary:
            let rates = ["selection_rate"] + (outcome == .label ? [] : Self.labelledRates)
            let gaps = CheckCatalogue.fairlearn.filter { outcome == .prediction || !$0.needs.contains(.label) }
            return rates.map { "fairness." + $0 } + gaps.map(\.id)
        case .multiclass: return compared(["accuracy", "balanced_accuracy", "f1_macro"])
        case .multilabel: return compared(["subset_accuracy", "multilabel_hamming_loss", "multilabel_f1_micro"])
        case .regression: return compared(["mean_prediction", "mean_error", "mae", "rmse", "r2"])
        }
    }

    private static let labelledRates = [
        "true_positive_rate", "false_positive_rate", "true_negative_rate", "false_negative_rate", "accuracy",
    ]

    /// A measure by group with its comparisons, for each name.
    package static func compared(_ measures: [String]) -> [String] {
        measures.flatMap { name in
            ["fairness." + name] + GroupComparison.Aggregate.allCases.map { "fairness.\(name)_\($0.rawValue)" }
        }
    }

    /// All checks of groups: `ids` of each column (and of their crossing, where there is one), `aif360.*` of each rule.
    /// Of the outcome alone where the label stands in
    /// the prediction's place.
    package static func fairness(
        sensitive: [Text], crossing: Bool = false, privileged: [PrivilegedRule], outcome: EvidenceRequest.Outcome,
        task: EvidenceRequest.TaskKind = .binary, measures: [String]? = nil, hasScore: Bool = false
    ) -> [CheckRequest] {
        let ids = measures ?? standardFairness(task, outcome: outcome)
        let sided = task == .binary ? sidedIds(outcome, hasScore: hasScore) : []
        let grouped = task == .binary && measures == nil && !privileged.isEmpty ? groupIds(outcome) : []
        var requests: [CheckRequest] = []
        for column in sensitive {
            requests += (ids + grouped).map { CheckRequest(id: $0, column: column) }
            for rule in privileged where rule.column == column {
                requests += sided.map { CheckRequest(id: $0, column: column, privileged: rule) }
            }
        }
        for rule in privileged where !sensitive.contains(rule.column) {
            requests += sided.map { CheckRequest(id: $0, column: rule.column, privileged: rule) }
        }
        if crossing, let first = sensitive.first, sensitive.count > 1 {
            let power = task == .binary ? [CheckCatalogue.detectableGap] : []
            requests += (ids + grouped + power).map {
                CheckRequest(id: $0, column: first, crossed: Array(sensitive.dropFirst()))
            }
        }
        return requests
    }

    private static func sidedIds(_ outcome: EvidenceRequest.Outcome, hasScore: Bool) -> [String] {
        AIF360Check.entries
            .filter { entry in
                if case .generalized(let measure) = entry.check { return hasScore && measure.isRate }
                return entry.check.isSided && entry.check.compares && (outcome == .prediction || !entry.needsLabel)
            }
            .map(\.id)
    }

    /// Aequitas' disparities against a group of each column: the one a rule `C=V` names, or the largest.
    package static func disparities(
        _ references: [(column: Text, rule: PrivilegedRule?)], outcome: EvidenceRequest.Outcome
    ) -> [CheckRequest] {
        references.flatMap { reference in
            ReferenceCheck.entries
                .filter { $0.convention == .aequitas && (outcome == .prediction || !$0.needs.contains(.label)) }
                .map { CheckRequest(id: $0.id, column: reference.column, privileged: reference.rule) }
        }
    }

    private static func groupIds(_ outcome: EvidenceRequest.Outcome) -> [String] {
        AIF360Check.entries
            .filter { !$0.check.isSided && (outcome == .prediction || !$0.needsLabel) }
            .map(\.id)
    }
}
