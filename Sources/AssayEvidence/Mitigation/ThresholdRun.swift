import AssayColumns
import AssayData
package import AssayMetrics
package import AssayTerms

/// Thresholds by group from the rows of a file: one pass, which keeps the scores.
package struct ThresholdRun: Sendable {
    package var rows: GroupedRows
    package var score: Text
    package var optimizer: ThresholdOptimizer
    package var isDeterministic = false
    /// What decisions are before: those of this column, or else scores from `cutoff` on.
    package var prediction: Text?
    package var cutoff: Double?

    package init(rows: GroupedRows, score: Text, optimizer: ThresholdOptimizer) {
        self.rows = rows
        self.score = score
        self.optimizer = optimizer
    }

    package static let standardCutoff = 0.5

    package struct Outcome: Sendable {
        package var document: ThresholdDocument
        package var solution: ThresholdOptimizer.Solution
        package var evidence: MitigationEvidence
        /// What decided before, for people.
        package var decidedBefore: String
    }

    /// - Throws: `invalidArgument` where the objective does not go with the constraint, with fewer than two groups, a group
    ///   without both labels, an infinite score; whatever is wrong with the data.
    package func run(progress: (Int) -> Void) throws(AssayError) -> Outcome {
        try checkOptions()
        guard let label = rows.label else { throw AssayError(.invalidArgument, "thresholds are chosen by labels; name their column") }
        let table = try rows.table([score] + [prediction].compactMap { $0 })
        var coder = GroupedRows.Coder(rows)
        var cells = ScoreCells()
        let reader = try table.makeReader()
        var count = 0
        while let block = try reader.next() {
            let (labels, groups) = try coder.codes(of: block)
            let scores = try NumberColumn(block.required(score)).valuesOrNaN
            if let row = scores.firstIndex(where: \.isInfinite) {
                throw AssayError(
                    .invalidArgument,
                    "the score of row \(block.firstRow + row) (counted from 0) is infinite, and no threshold parts it from others")
            }
            let predictions = try prediction.map { name throws(AssayError) in try coder.labelCodes(of: block.required(name)) }
            cells.add(labels: labels, groups: groups, scores: scores, predictions: predictions)
            count += block.rowCount
            progress(count)
        }
        let facts = try reader.finish()
        let coding = try coder.binaryCoding()
        let (allNames, place) = try coder.groupNames()
        let isPositive: (Int32) -> Bool = { coding.code(from: $0) == BinaryCoding.positive }
        let allGroups = cells.groups(count: allNames.count, place: place, isPositive: isPositive)
        let allBefore = try decisionsBefore(allGroups, cells, place: place, isPositive: isPositive)
        // A group whose rows all miss their label or score is no group here.
        let kept = allGroups.indices.filter { allGroups[$0].count > 0 }
        let (names, groups, before) = (kept.map { allNames[$0] }, kept.map { allGroups[$0] }, kept.map { allBefore[$0] })
        try check(groups, names)
        let solution = optimizer.solve(groups)
        let rules = isDeterministic ? solution.deterministic : solution.rules
        let document = ThresholdDocument(
            constraint: optimizer.constraint, objective: optimizer.objective, gridSize: optimizer.gridSize,
            isFlipped: optimizer.isFlipped, tolerance: optimizer.tolerance, isDeterministic: isDeterministic, label: label,
            positive: coding.positiveValue.name, score: score, source: rows.groups,
            groups: zip(names, rules).map { ThresholdDocument.Group(name: $0, rule: $1) },
            data: Envelope.Input(role: "data", name: rows.file.name, digest: facts.digest, rows: facts.rowCount))
        let evidence = MitigationEvidence(
            source: rows.groups, names: names, before: before, after: zip(rules, groups).map { $0.confusion($1) },
            excluded: cells.excluded)
        let decidedBefore = prediction.map { "column \($0)" } ?? "\(score) ≥ \(cutoff ?? Self.standardCutoff)"
        return Outcome(document: document, solution: solution, evidence: evidence, decidedBefore: decidedBefore)
    }

    private func checkOptions() throws(AssayError) {
        guard optimizer.objective.isAllowed(beside: optimizer.constraint) else {
            throw AssayError(
                .invalidArgument, "equalized_odds takes the objectives accuracy_score and balanced_accuracy_score, not "
                    + optimizer.objective.rawValue)
        }
        guard (1...1_000_000).contains(optimizer.gridSize) else {
            throw AssayError(.invalidArgument, "the grid has 1 to 1,000,000 steps, not \(optimizer.gridSize)")
        }
        if let tolerance = optimizer.tolerance {
            guard (0...1).contains(tolerance) else {
                throw AssayError(.invalidArgument, "the tolerance of a rate is a number from 0 to 1, not \(tolerance)")
            }
            guard optimizer.constraint != .equalizedOdds else {
                throw AssayError(.invalidArgument, "equalized_odds has no tolerance; take a constraint on one rate")
            }
        }
        if prediction != nil, cutoff != nil {
            throw AssayError(.invalidArgument, "a cutoff makes decisions from the score, and a column names them; leave one of the two out")
        }
    }

    private func check(_ groups: [GroupScores], _ names: [Text]) throws(AssayError) {
        guard groups.count > 1 else {
            throw AssayError(
                .invalidArgument,
                "\(rows.file.name): fewer than two groups have rows with label and score, so there is nothing to make equal")
        }
        if let group = groups.firstIndex(where: { !$0.hasBothLabels }) {
            throw AssayError(
                .invalidArgument,
                "group \(ValueList.quoted(names[group])) of \(rows.groups.description) has not rows of both labels "
                    + "(\(groups[group].positives.count) positive, \(groups[group].negatives.count) negative), so its rates are "
                    + "undefined; leave the group out or join it with another")
        }
    }

    private func decisionsBefore(
        _ groups: [GroupScores], _ cells: ScoreCells, place: (Int32) -> Int, isPositive: (Int32) -> Bool
    ) throws(AssayError) -> [Confusion] {
        if prediction != nil { return cells.predicted(count: groups.count, place: place, isPositive: isPositive) }
        if cutoff == nil, groups.contains(where: { !$0.isWithinUnit }) {
            throw AssayError(
                .invalidArgument,
                "column '\(score)' is no probability, so decisions before cannot be taken at \(Self.standardCutoff); "
                    + "name --cutoff or --prediction")
        }
        return groups.map { $0.confusion(cutoff: cutoff ?? Self.standardCutoff) }
    }
}
