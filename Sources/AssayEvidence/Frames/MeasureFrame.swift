import AssayColumns
import AssayMetrics
import AssayTerms

/// The states of rows by group, where groups are the values of a column or the combinations of several.
struct MeasureFrame {
    let columns: [Text]
    /// Where the columns stand among the pass's grouping columns.
    private let places: [Int]
    private let inputs: Set<PerformanceMeasure.Input>
    private let isWeighted: Bool
    private var combinations: Combinations
    /// Set once a column had too many values to be groups.
    private(set) var isAbandoned = false

    private var cells: CellTable?
    private var classes: ClassTable?
    /// By code plus one; the first is of rows without a group.
    private var scores: [ScoreState] = []
    private var classScores: [ClassScoreState] = []
    private var labelSets: [LabelSetState] = []
    private var numbers: [RegressionState] = []
    private var groupCount = 0

    init(_ plan: FramePlan, grouping: [Text], mode: EvidenceMode, isWeighted: Bool) {
        columns = plan.columns
        places = plan.columns.compactMap { grouping.firstIndex(of: $0) }
        inputs = plan.inputs
        self.isWeighted = isWeighted
        combinations = Combinations(width: places.count)
        let first = columns.isEmpty ? 1 : 0
        if inputs.contains(.confusion) || inputs.contains(.classes) {
            switch mode {
            case .binary: cells = CellTable(groupCount: first, isWeighted: isWeighted)
            case .classes: classes = ClassTable(groupCount: first, classCount: 0, isWeighted: isWeighted)
            case .labelSets, .numbers: break
            }
        }
        grow(to: first)
    }

    /// Adds rows that come after those before.
    mutating func add(_ rows: CodedRows) throws(AssayError) {
        guard !isAbandoned else { return }
        guard places.allSatisfy({ rows.groupCounts[$0] != nil }) else {
            isAbandoned = true
            return
        }
        let codes = try combinations.codes(places.map { rows.groups[$0] }, names: columns)
        grow(to: combinations.count(single: places.first.flatMap { rows.groupCounts[$0] } ?? 0))
        if let outcomes = rows.outcomes, cells != nil {
            let table =
                codes.map { CellTable(outcomes, groups: $0.span, groupCount: groupCount) } ?? CellTable(outcomes)
            cells?.merge(table)
        }
        if classes != nil {
            try classes?.add(
                labels: rows.labels, predictions: rows.predictions, groups: codes, weights: rows.weights,
                groupCount: groupCount, classCount: rows.classCount)
        }
        for (slot, members) in members(codes) {
            func taken<Element>(_ all: [Element]) -> [Element] { members.map { $0.map { all[$0] } } ?? all }
            if inputs.contains(.scores), let values = rows.scores {
                let labels = taken(rows.binaryLabels)
                let scored = taken(values)
                scores[slot].merge(
                    ScoreState(labels: labels.span, scores: scored.span, weights: rows.weights.map(taken)))
            }
            if inputs.contains(.classScores), let given = rows.classScores {
                classScores[slot].merge(
                    ClassScoreState(
                        labels: given.labels, scores: given.scores, weights: rows.weights, members: members))
            }
            if inputs.contains(.labelSets), let sets = rows.labelSets {
                labelSets[slot].merge(
                    LabelSetState(
                        labels: sets.labels, predictions: sets.predictions, weights: rows.weights, members: members,
                        rowCount: rows.rowCount))
            }
            if inputs.contains(.numbers) {
                let truths = taken(rows.truths)
                let estimates = taken(rows.estimates)
                numbers[slot].merge(
                    RegressionState(
                        labels: truths.span, predictions: estimates.span, weights: rows.weights.map(taken)))
            }
        }
    }

    private mutating func grow(to count: Int) {
        groupCount = max(groupCount, count)
        if inputs.contains(.scores) {
            while scores.count <= groupCount { scores.append(ScoreState(isWeighted: isWeighted)) }
        }
        if inputs.contains(.classScores) {
            while classScores.count <= groupCount { classScores.append(ClassScoreState(isWeighted: isWeighted)) }
        }
        if inputs.contains(.labelSets) {
            while labelSets.count <= groupCount { labelSets.append(LabelSetState(isWeighted: isWeighted)) }
        }
        if inputs.contains(.numbers) {
            while numbers.count <= groupCount { numbers.append(RegressionState(isWeighted: isWeighted)) }
        }
    }

    /// Each group's slot with the rows it has in this block, in order: one counting pass, and none where all rows are one
    /// group (`nil`) or no state wants rows apart.
    private func members(_ codes: [Int32]?) -> [(slot: Int, rows: [Int]?)] {
        guard !inputs.isDisjoint(with: [.scores, .classScores, .labelSets, .numbers]) else { return [] }
        guard let codes else { return [(1, nil)] }
        var starts = [Int](repeating: 0, count: groupCount + 2)
        for code in codes { starts[Int(code) + 2] += 1 }
        for slot in starts.indices.dropFirst() { starts[slot] += starts[slot - 1] }
        var rows = [Int](repeating: 0, count: codes.count)
        var next = starts
        for row in codes.indices {
            let slot = Int(codes[row]) + 1
            rows[next[slot]] = row
            next[slot] += 1
        }
        return (0...groupCount).filter { starts[$0] < starts[$0 + 1] }.map { slot in
            (slot, Array(rows[starts[slot]..<starts[slot + 1]]))
        }
    }
}

extension MeasureFrame {
    /// A group as it stands in results.
    struct Group {
        /// By column, the place of its value among the column's sorted values.
        var ranks: [Int32]
        /// By column.
        var names: [Text]
        var state: PerformanceState
    }

    /// The groups that rows have, sorted by their values, and what was left out.
    ///
    /// - Parameters:
    ///   - codings: of the columns, in their order.
    ///   - classOrder: the codes of the classes, sorted.
    func groups(_ codings: [CategoryCoding], classOrder: [Int]) -> (groups: [Group], excluded: CheckResult.Excluded) {
        var found: [Group] = []
        var excluded = CheckResult.Excluded()
        for code in -1..<groupCount {
            let ranks = code < 0 ? [-1] : zip(combinations.parts(code), codings).map { $1.code(from: $0) }
            // A combination of one column's missing value has code −1 itself.
            let own = code < 0 && codings.count == 1 ? [codings[0].code(from: -1)] : ranks
            let left = left(code)
            guard !own.contains(where: { $0 < 0 }) else {
                excluded.missingGroup += left.rows
                continue
            }
            if code < 0, left.rows == 0 { continue }
            excluded.missingLabel += left.label
            excluded.missingPrediction += left.prediction
            found.append(
                Group(ranks: own, names: zip(own, codings).map { $1.names[Int($0)] }, state: state(code, classOrder)))
        }
        found.sort { $0.ranks.lexicographicallyPrecedes($1.ranks) }
        return (found, excluded)
    }

    private func state(_ code: Int, _ classOrder: [Int]) -> PerformanceState {
        PerformanceState(
            classes: classes?.matrix(group: code, order: classOrder), confusion: cells?.confusion(group: code),
            scores: scores.isEmpty ? nil : scores[code + 1], classScores: classScores.isEmpty ? nil : classScores[code + 1],
            labelSets: labelSets.isEmpty ? nil : labelSets[code + 1], numbers: numbers.isEmpty ? nil : numbers[code + 1])
    }

    /// Rows of a code, and those of them without a label or a prediction.
    private func left(_ code: Int) -> (rows: Int, label: Int, prediction: Int) {
        if let cells {
            return (
                cells.rowCount(group: code), cells.missingLabelCount(group: code),
                cells.missingPredictionCount(group: code)
            )
        }
        if let classes {
            return (
                classes.rowCount(group: code), classes.missingLabelCount(group: code),
                classes.missingPredictionCount(group: code)
            )
        }
        if !scores.isEmpty {
            let state = scores[code + 1]
            return (
                state.rowCount + state.missingLabelCount + state.missingScoreCount, state.missingLabelCount,
                state.missingScoreCount
            )
        }
        if !classScores.isEmpty {
            let state = classScores[code + 1]
            return (
                state.rowCount + state.missingLabelCount + state.missingScoreCount, state.missingLabelCount,
                state.missingScoreCount
            )
        }
        if !labelSets.isEmpty {
            let state = labelSets[code + 1]
            return (
                state.rowCount + state.missingLabelCount + state.missingPredictionCount, state.missingLabelCount,
                state.missingPredictionCount
            )
        }
        guard !numbers.isEmpty else { return (0, 0, 0) }
        let state = numbers[code + 1]
        return (
            state.rowCount + state.missingLabelCount + state.missingPredictionCount, state.missingLabelCount,
            state.missingPredictionCount
        )
    }
}
