import AssayColumns
import AssayData
package import AssayMetrics
package import AssayTerms

/// A linear model under a constraint on groups, from the rows of a file, which are kept in memory.
package struct ReductionRun: Sendable {
    package enum Search: Sendable {
        case exponentiatedGradient(ExponentiatedGradient)
        case grid(ReductionGrid)
    }

    package var rows: GroupedRows
    package var features: [Text]
    package var goal: ReductionGoal
    package var search: Search
    /// Columns within whose values groups are compared; parity only.
    package var controls: [Text] = []
    /// C of either regression.
    package var inverseRegularisation = 1.0

    package init(rows: GroupedRows, features: [Text], goal: ReductionGoal, search: Search) {
        self.rows = rows
        self.features = features
        self.goal = goal
        self.search = search
    }

    package enum Found: Sendable {
        case mixture(ExponentiatedGradient.Solution)
        case grid(ReductionGrid.Solution)
    }

    package struct Outcome: Sendable {
        package var document: ReductionDocument
        package var found: Found
        /// The model without the constraint.
        package var unconstrained: ReductionHypothesis
        /// Of decisions.
        package var evidence: MitigationEvidence?
        /// Of bounded losses.
        package var losses: LossEvidence?
        package var excluded: CheckResult.Excluded
        /// Rows without one of the features.
        package var missingFeatureCount: Int
        package var missingControlCount: Int
        /// For each row of the file the probability to be decided positive, or the expected number; `nil` for rows left out.
        package var expected: [Double?]
    }

    /// - Throws: `invalidArgument` without features, two groups or two labels, or with infinite features; whatever is wrong
    ///   with the data; `limitExceeded` where a regression does not reach its minimum.
    package func run(progress: (Int) -> Void) throws(AssayError) -> Outcome {
        let label = try checkedLabel()
        let kept = try ReductionRows(
            rows, label: label, features: features, controls: controls, isOfNumbers: goal.isOfNumbers, progress: progress)
        switch goal {
        case .parity(let constraint, let bound):
            let problem = ParityProblem(
                features: kept.features, labels: kept.labels.map { $0 > 0 }, groups: kept.groups, groupCount: kept.groupNames.count,
                strata: kept.strata, stratumCount: kept.stratumCount, constraint: constraint, bound: bound, regression: logistic)
            return try outcome(problem, kept, label)
        case .groupLoss(let loss, let upperBound):
            let learner: GroupLossProblem.Learner
            if goal.isOfNumbers {
                var regression = LeastSquares()
                regression.inverseRegularisation = inverseRegularisation
                learner = .number(regression)
            } else {
                learner = .decision(logistic)
            }
            let problem = GroupLossProblem(
                features: kept.features, labels: kept.labels, groups: kept.groups, groupCount: kept.groupNames.count, loss: loss,
                bound: upperBound, learner: learner)
            var outcome = try outcome(problem, kept, label)
            var after = [Double](repeating: 0, count: kept.groupNames.count)
            for part in outcome.document.parts {
                for (group, own) in problem.losses(part.model).groups.enumerated() { after[group] += part.weight * own }
            }
            let before = problem.losses(outcome.unconstrained.model).groups
            outcome.losses = LossEvidence(
                loss: loss, upperBound: upperBound, source: rows.groups,
                groups: kept.groupNames.indices.map { group in
                    LossEvidence.Group(
                        name: kept.groupNames[group], rowCount: kept.groups.count { $0 == group }, before: before[group],
                        after: after[group])
                }, excluded: kept.excluded)
            return outcome
        }
    }

    private var logistic: LogisticRegression {
        var regression = LogisticRegression()
        regression.inverseRegularisation = inverseRegularisation
        return regression
    }

    private func outcome(_ problem: some ReductionProblem, _ kept: ReductionRows, _ label: Text) throws(AssayError) -> Outcome {
        let unconstrained = try problem.unconstrained()
        let found: Found
        var parts: [ReductionDocument.Part]
        switch search {
        case .exponentiatedGradient(let search):
            let solution = try search.solve(problem)
            parts = zip(solution.weights, solution.hypotheses).filter { $0.0 > 0 }
                .map { ReductionDocument.Part(weight: $0, model: $1.model) }
            found = .mixture(solution)
        case .grid(let search):
            let solution = try search.solve(problem)
            parts = [ReductionDocument.Part(weight: 1, model: solution.hypotheses[solution.bestIndex].model)]
            found = .grid(solution)
        }
        let document = ReductionDocument(
            method: method, goal: goal, inverseRegularisation: inverseRegularisation, label: label, positive: kept.positive,
            source: rows.groups, controls: controls, features: features, parts: parts,
            data: Envelope.Input(role: "data", name: rows.file.name, digest: kept.facts.digest, rows: kept.facts.rowCount))
        let width = features.count
        let mixed = (0..<kept.features.rowCount).map { row in
            document.expected(kept.features.values[(row * width)..<((row + 1) * width)])
        }
        var expected = [Double?](repeating: nil, count: kept.isKept.count)
        for (row, value) in zip(kept.isKept.indices.lazy.filter { kept.isKept[$0] }, mixed) { expected[row] = value }
        var evidence: MitigationEvidence?
        if !goal.isOfNumbers {
            let first = [ReductionDocument.Part(weight: 1, model: unconstrained.model)]
            evidence = MitigationEvidence(
                source: rows.groups, names: kept.groupNames, before: Self.confusions(first, kept), after: Self.confusions(parts, kept),
                excluded: kept.excluded)
        }
        return Outcome(
            document: document, found: found, unconstrained: unconstrained, evidence: evidence, losses: nil, excluded: kept.excluded,
            missingFeatureCount: kept.missingFeatureCount, missingControlCount: kept.missingControlCount, expected: expected)
    }

    private var method: ReductionDocument.Method {
        switch search {
        case .exponentiatedGradient: .exponentiatedGradient
        case .grid: .gridSearch
        }
    }

    /// Counts of one classifier, expected ones of several, by group.
    private static func confusions(_ parts: [ReductionDocument.Part], _ kept: ReductionRows) -> [Confusion] {
        typealias Cells = [ParityMoments.Cell<Double>]
        func cells(_ weight: Double, _ isCounted: (Int) -> Bool) -> Cells {
            var counts = kept.groupNames.map { _ in (negative: 0, positive: 0) }
            for row in kept.labels.indices where isCounted(row) {
                if kept.labels[row] > 0 { counts[kept.groups[row]].positive += 1 } else { counts[kept.groups[row]].negative += 1 }
            }
            return counts.map { ParityMoments.Cell(negative: weight * Double($0.negative), positive: weight * Double($0.positive)) }
        }
        let rows = cells(1) { _ in true }
        var selected = rows.map { _ in ParityMoments.Cell(negative: 0.0, positive: 0.0) }
        for part in parts {
            let decisions = part.model.decisions(kept.features)
            for (group, cell) in cells(part.weight, { decisions[$0] }).enumerated() {
                selected[group].negative += cell.negative
                selected[group].positive += cell.positive
            }
        }
        return zip(rows, selected).map { rows, selected in
            Confusion(
                trueNegatives: max(0, rows.negative - selected.negative), falsePositives: selected.negative,
                falseNegatives: max(0, rows.positive - selected.positive), truePositives: selected.positive,
                rowCount: Int(rows.negative + rows.positive), isWeighted: parts.count > 1)
        }
    }
}
