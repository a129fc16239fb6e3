import AssayColumns
import AssayMetrics
import AssayTerms

/// Turns the states of a finished pass into results.
struct CheckEvaluator {
    let pass: EvidencePass
    let dataColumns: [Text]
    /// The columns the model declares as its inputs; `nil` without a model.
    let features: [Text]?

    /// - Throws: `invalidArgument` for an unknown check or a group name that is taken.
    func result(of check: CheckRequest) throws(AssayError) -> CheckResult {
        if let result = try pass.columnChecks.result(of: check) { return result }
        let descriptor = try CheckCatalogue.descriptor(id: check.id)
        if let paired = PairedCheck.named(check.id) { return compared(descriptor, paired) }
        if let name = check.id.dropping("performance."), let measure = PerformanceMeasure.named(name) {
            return try performance(descriptor, measure, check)
        }
        if let measure = FoldCheck.measure(check.id) { return try folded(descriptor, measure, check) }
        if check.id == CheckCatalogue.weakestSlice { return try weakest(descriptor, check) }
        if check.id == CheckCatalogue.detectableGap { return try detectable(descriptor, check) }
        if let group = GroupMeasure.named(check.id) { return try compared(descriptor, group, check) }
        if let reference = ReferenceCheck.named(check.id) { return try referred(descriptor, reference, check) }
        if let sided = AIF360Check.named(check.id) { return try aif360(descriptor, sided, check) }
        if check.id.hasPrefix("fairness.") { return try gap(descriptor, check) }
        return try columnAbsent(descriptor, check)
    }

    var isWeighted: Bool { pass.request.weight != nil }

    func finished(_ descriptor: CheckDescriptor) -> CheckDescriptor {
        var descriptor = descriptor
        // Sums of weights are floating sums; equal bits need equal block order.
        if isWeighted, descriptor.kind == .counted { descriptor.kind = .summed }
        return descriptor
    }

    /// The rows of a check by group, with the names of their controls apart.
    struct Grouping {
        struct Group {
            /// The controls' values, joined; empty without controls.
            var control: Text
            var name: Text
            /// By column, controls first.
            var parts: [Text]
            var state: PerformanceState
        }

        var groups: [Group]
        var excluded: CheckResult.Excluded

        /// Groups of one control each, in order.
        var levels: [[Group]] {
            var levels: [[Group]] = []
            for group in groups {
                if levels.last?.first?.control == group.control {
                    levels[levels.count - 1].append(group)
                } else {
                    levels.append([group])
                }
            }
            return levels
        }
    }

    /// The groups of the columns named; `nil` where a column has too many values to be groups.
    func grouping(_ columns: [Text], controls: Int = 0) throws(AssayError) -> Grouping? {
        guard let frame = pass.frames.first(where: { $0.columns == columns }), !frame.isAbandoned else { return nil }
        var codings: [CategoryCoding] = []
        for column in columns {
            guard let index = pass.plan.grouping.firstIndex(of: column), let coder = pass.groupCoders[index] else {
                return nil
            }
            guard let edges = pass.bins.edges[column] else {
                codings.append(try coder.categoryCoding(missingGroup: pass.request.missingGroup))
                continue
            }
            codings.append(
                try coder.categoryCoding(missingGroup: pass.request.missingGroup) { value in
                    ColumnBins.label(value.number.map { Int($0) } ?? 0, edges: edges)
                })
        }
        let (groups, excluded) = frame.groups(codings, classOrder: classOrder)
        return Grouping(
            groups: groups.map { group in
                Grouping.Group(
                    control: Self.joined(group.names.prefix(controls)), name: Self.joined(group.names.dropFirst(controls)),
                    parts: group.names, state: group.state)
            }, excluded: excluded)
    }

    /// Several names as one: `black, female`.
    static func joined(_ names: some Collection<Text>) -> Text {
        names.count == 1 ? names.first ?? "" : Text(names.map(\.string).joined(separator: ", "))
    }

    /// The codes of the classes, sorted by value.
    private var classOrder: [Int] {
        let values = pass.labelCoder.values
        return values.indices.sorted { values[$0] < values[$1] }
    }

    /// The classes' names, in that order.
    var classNames: [Text] { pass.labelCoder.values.sorted().map(\.name) }

    /// How a measure of a state is answered, with the reason where a model has no scores.
    func estimate(_ measure: PerformanceMeasure, _ state: PerformanceState) -> Estimate {
        if measure.input == .scores || measure.input == .classScores, pass.lacksProbabilities {
            return Estimate(undefined: "the model gives no probabilities")
        }
        return measure.estimate(state)
    }

    /// Rows of a state that a measure looks at.
    func rows(_ measure: PerformanceMeasure, _ state: PerformanceState) -> Int {
        switch measure.input {
        case .classes, .confusion: state.confusion?.rowCount ?? state.classes?.rowCount ?? 0
        case .scores: state.scores?.rowCount ?? 0
        case .classScores: state.classScores?.rowCount ?? 0
        case .labelSets: state.labelSets?.rowCount ?? 0
        case .numbers: state.numbers?.rowCount ?? 0
        }
    }

    /// Rows that miss what a measure looks at, where the frame counts several kinds of state.
    func excluded(
        _ measure: PerformanceMeasure, _ states: [PerformanceState], _ excluded: CheckResult.Excluded
    ) -> CheckResult.Excluded {
        let counts = states.map { state -> (label: Int, score: Int) in
            switch measure.input {
            case .scores: (state.scores?.missingLabelCount ?? 0, state.scores?.missingScoreCount ?? 0)
            case .classScores: (state.classScores?.missingLabelCount ?? 0, state.classScores?.missingScoreCount ?? 0)
            default: (0, 0)
            }
        }
        guard measure.input == .scores || measure.input == .classScores else { return excluded }
        return CheckResult.Excluded(
            missingGroup: excluded.missingGroup, missingLabel: counts.reduce(0) { $0 + $1.label },
            missingPrediction: counts.reduce(0) { $0 + $1.score })
    }

    func tooManyGroups(_ descriptor: CheckDescriptor, _ check: CheckRequest) -> CheckResult {
        CheckResult(
            descriptor: finished(descriptor), column: column(of: check), value: nil, rows: 0,
            undefined: "the column has too many distinct values to be groups")
    }

    /// The columns of a check as one name: `race,sex`, a comma within a name as `\,`.
    func column(of check: CheckRequest) -> Text? {
        guard !check.crossed.isEmpty else { return check.column }
        let names = check.groupColumns.map { name in
            name.string.split(separator: ",", omittingEmptySubsequences: false).joined(separator: "\\,")
        }
        return Text(names.joined(separator: ","))
    }

    private func columnAbsent(_ descriptor: CheckDescriptor, _ check: CheckRequest) throws(AssayError) -> CheckResult {
        let column = check.column ?? ""
        let names: [Text]
        switch check.place ?? (features == nil ? .data : .features) {
        case .data: names = dataColumns
        case .features:
            guard let features else {
                throw AssayError(.invalidArgument, "\(check.id) looks at a model's inputs, and no model is given")
            }
            names = features
        }
        return CheckResult(
            descriptor: descriptor, column: column, value: names.contains(column) ? 0 : 1, rows: pass.rowCount)
    }
}
