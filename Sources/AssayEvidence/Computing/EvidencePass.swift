import AssayColumns
import AssayMetrics
import AssayTerms

/// One pass over the rows that fills the states of all checks at once.
///
/// Values are coded as they appear; which of them is the positive one may be known only after some blocks (a column of
/// labels that begins with a thousand 2s). Blocks wait in coded form until it is, which in most data is never. Classes and
/// numbers wait for nothing.
struct EvidencePass {
    /// More distinct labels than this are no classes.
    static let labelLimit = 1_000

    let request: EvidenceRequest
    let plan: EvidencePlan
    private let scorer: (any BlockScorer)?
    /// Of grouping columns that are cut into ranges.
    let bins: BinEdges

    private(set) var labelCoder = ValueCoder(maximumValueCount: labelLimit)
    /// One for each grouping column; `nil` after a column had too many values and a rule alone can judge it.
    private(set) var groupCoders: [ValueCoder?]
    private var thresholds: ThresholdDecider?
    private var waiting: [CodedBlock] = []

    private(set) var rowCount = 0
    /// As planned; the first is of all rows.
    private(set) var frames: [MeasureFrame]
    /// Group 0 holds unprivileged rows, group 1 privileged ones.
    private(set) var ruleTables: [CellTable]
    /// Scores of unprivileged and privileged rows, by rule, where they are wanted.
    private(set) var ruleScores: [[GeneralizedConfusion]]
    /// Beside a second model's answers, where they are named.
    private(set) var paired = PairedState()
    private(set) var positive: ColumnValue?
    /// Checks that look at columns by themselves.
    private(set) var columnChecks: ColumnCheckSet
    /// Whether a model was asked for probabilities and gave none.
    private(set) var lacksProbabilities = false

    /// A block whose values are coded and whose positive label may be unknown yet.
    private struct CodedBlock {
        var labels: [Int32]?
        var predictions: Predictions
        var scores: [Double]?
        /// By the model's classes, of which the positive one is chosen later.
        var classScores: (classes: [ColumnValue], probabilities: [[Double]])?
        var weights: [Double]?
        var groups: [[Int32]]
        var rules: [[Int32]]
        var rowCount: Int
        var truths: [Double]?
        /// By label, one code a row.
        var labelSets: (labels: [[UInt8]], predictions: [[UInt8]])?
        /// The other model's answers.
        var against: Predictions = .none
        var againstScores: [Double]?
    }

    private enum Predictions {
        case coded([Int32])
        /// Already 0, 1 or 2: a score held against the cutoff.
        case decided([UInt8])
        case labels
        case numbers([Double])
        case none
    }

    /// - Parameter dataColumns: all columns of the data, whether they are read or not.
    init(
        _ request: EvidenceRequest, plan: EvidencePlan, bins: BinEdges, scorer: (any BlockScorer)?, dataColumns: [Text],
        reference: DriftProfile? = nil
    ) throws(AssayError) {
        columnChecks = try ColumnCheckSet(plan.columnChecks, request: request, dataColumns: dataColumns, reference: reference)
        self.request = request
        self.plan = plan
        self.scorer = scorer
        self.bins = bins
        thresholds = request.thresholds.map(ThresholdDecider.init)
        let isWeighted = request.weight != nil
        groupCoders = plan.grouping.map { _ in ValueCoder() }
        frames = plan.frames.map {
            MeasureFrame($0, grouping: plan.grouping, mode: plan.mode, isWeighted: isWeighted)
        }
        ruleScores = plan.rules.map { _ in [GeneralizedConfusion(), GeneralizedConfusion()] }
        ruleTables = plan.rules.map { _ in CellTable(groupCount: 2, isWeighted: isWeighted) }
    }

    mutating func add(_ block: RowBlock) throws(AssayError) {
        rowCount += block.rowCount
        try columnChecks.add(block)
        guard plan.needsOutcome || plan.needsScores else { return }
        let coded = try coded(block)
        switch plan.mode {
        case .classes, .labelSets, .numbers: try fill(coded, nil)
        case .binary:
            waiting.append(coded)
            if let coding = try bindingIfKnown() { try release(coding) }
        }
    }

    /// Decides what is still open. To be called once, after the last block.
    ///
    /// - Throws: `invalidArgument` where no positive label can be told.
    mutating func finish() throws(AssayError) {
        guard plan.needsOutcome || plan.needsScores else { return }
        switch plan.mode {
        case .binary:
            let coding = try labelCoder.binaryCoding(positive: request.positive)
            positive = coding.positiveValue
            try release(coding)
        // With two classes of the usual names one is positive, whoever asks.
        case .classes: positive = request.task == nil ? (try? labelCoder.binaryCoding())?.positiveValue : nil
        case .labelSets, .numbers: break
        }
    }

    private mutating func coded(_ block: RowBlock) throws(AssayError) -> CodedBlock {
        func column(_ name: Text) throws(AssayError) -> Column {
            guard let column = block[name] else {
                throw AssayError(.internalFault, "a block came without column \(ValueList.quoted(name))")
            }
            return column
        }
        var weights: [Double]?
        if let name = request.weight {
            let numbers = try Self.numbers(column(name))
            try Weights.check(numbers.span, firstRow: block.firstRow)
            weights = numbers
        }
        var coded = CodedBlock(
            predictions: .none, weights: weights, groups: [], rules: [], rowCount: block.rowCount)
        if let name = request.label {
            if plan.mode == .numbers {
                coded.truths = try Self.numbers(column(name))
            } else {
                coded.labels = try labelCoder.codes(of: column(name))
            }
        }
        if let name = request.score { coded.scores = try Self.numbers(column(name)) }
        if !request.labels.isEmpty, plan.mode == .labelSets {
            var sets: (labels: [[UInt8]], predictions: [[UInt8]]) = ([], [])
            for name in request.labels {
                sets.labels.append(try SeveralColumns.indicators(column(name), firstRow: block.firstRow))
            }
            for name in request.predictions {
                sets.predictions.append(try SeveralColumns.indicators(column(name), firstRow: block.firstRow))
            }
            coded.labelSets = sets
        }
        if !request.classScores.isEmpty, let label = request.label {
            var scores: [[Double]] = []
            for score in request.classScores { scores.append(try Self.numbers(column(score.column))) }
            coded.classScores = (
                try SeveralColumns.classes(request.classScores, domain: labelCoder.domain, label: label), scores
            )
        }
        if let scorer {
            var inputs: [Column] = []
            for name in scorer.inputColumns { inputs.append(try column(name)) }
            let scored = try scorer.score(
                RowBlock(firstRow: block.firstRow, rowCount: block.rowCount, columns: inputs))
            coded.predictions = try predictions(scored.predictions)
            coded.classScores = scored.probabilities.map { (scored.classes, $0) }
        } else if let name = request.prediction {
            coded.predictions = try predictions(column(name))
        } else if let scores = coded.scores {
            coded.predictions = .decided(
                scores.map { $0.isNaN ? BinaryCoding.missing : $0 >= request.cutoff ? 1 : 0 })
        } else if request.outcome == .label {
            coded.predictions = .labels
        }
        if let scores = try thresholdScores(coded) { coded.predictions = .decided(try thresholds?.codes(scores, of: block) ?? []) }
        if let name = request.againstPrediction { coded.against = try predictions(column(name)) }
        if let name = request.againstScore { coded.againstScores = try Self.numbers(column(name)) }
        for (index, name) in plan.grouping.enumerated() {
            var values = try column(bins.source(name))
            if let cut = bins.bins[name] { values = try cut.ranges(of: values, edges: bins.edges[name] ?? []) }
            coded.groups.append(try groupCodes(of: values, index: index))
        }
        for rule in plan.rules {
            coded.rules.append(try rule.codes(of: column(rule.column)))
        }
        return coded
    }

    /// What thresholds decide from; `nil` without thresholds.
    private func thresholdScores(_ coded: CodedBlock) throws(AssayError) -> [Double]? {
        guard let document = thresholds?.decisions.document else { return nil }
        guard scorer != nil else { return coded.scores }
        guard let (classes, probabilities) = coded.classScores,
            let place = classes.firstIndex(where: { $0.name == document.positive })
        else {
            throw AssayError(.invalidArgument, "the model gives no probability of '\(document.positive)', which the thresholds decide from")
        }
        return probabilities[place]
    }

    private mutating func predictions(_ column: Column) throws(AssayError) -> Predictions {
        plan.mode == .numbers ? .numbers(try Self.numbers(column)) : .coded(try labelCoder.codes(of: column))
    }

    private mutating func groupCodes(of column: Column, index: Int) throws(AssayError) -> [Int32] {
        let none = [Int32](repeating: ValueCoder.missing, count: column.count)
        guard var coder = groupCoders[index] else { return none }
        // Moved out, so that it stays the only reference to its tables.
        groupCoders[index] = nil
        do throws(AssayError) {
            let codes = try coder.codes(of: column)
            groupCoders[index] = coder
            return codes
        } catch {
            guard error.code == .limitExceeded, plan.rules.contains(where: { $0.column == column.name }) else {
                throw error
            }
            return none
        }
    }

    /// A column's numbers, NaN where there is none.
    private static func numbers(_ column: Column) throws(AssayError) -> [Double] {
        let numbers = try NumberColumn(column)
        guard let validity = numbers.validity else { return numbers.values }
        var values = numbers.values
        for row in values.indices where !validity[row] { values[row] = .nan }
        return values
    }

    /// The coding of labels as far as it cannot change any more; `nil` while it can.
    private func bindingIfKnown() throws(AssayError) -> BinaryCoding? {
        if request.positive != nil { return try? labelCoder.binaryCoding(positive: request.positive) }
        switch labelCoder.values.count {
        case 0: return nil
        case 1 where labelCoder.values[0] != .integer(0) && labelCoder.values[0] != .integer(1): return nil
        default: return try labelCoder.binaryCoding()
        }
    }

    private mutating func release(_ coding: BinaryCoding) throws(AssayError) {
        let blocks = waiting
        waiting = []
        for block in blocks { try fill(block, coding) }
    }

    /// - Parameter coding: `nil` unless the mode is binary.
    private mutating func fill(_ block: CodedBlock, _ coding: BinaryCoding?) throws(AssayError) {
        var rows = CodedRows(
            rowCount: block.rowCount, groups: block.groups, groupCounts: groupCoders.map { $0?.values.count },
            weights: block.weights)
        if let coding {
            let predictions = predictionCodes(of: block, coding)
            // Without a label column nothing is asked of labels; predictions fill their place, so that no row is missing.
            rows.binaryLabels = block.labels.map { coding.codes(from: $0) } ?? predictions
            rows.outcomes = OutcomeBlock(
                labels: rows.binaryLabels.span, predictions: predictions.span, weights: block.weights)
            if plan.needsScores {
                rows.scores = try scoreValues(of: block, coding)
                if rows.scores == nil { lacksProbabilities = true }
            }
        } else if plan.mode == .numbers {
            let none = [Double](repeating: .nan, count: block.rowCount)
            switch block.predictions {
            case .numbers(let numbers): rows.estimates = numbers
            case .labels: rows.estimates = block.truths ?? none
            case .coded, .decided, .none: rows.estimates = none
            }
            rows.truths = block.truths ?? rows.estimates
        } else {
            if case .coded(let codes) = block.predictions { rows.predictions = codes }
            rows.labels = block.labels ?? rows.predictions
            if rows.predictions.isEmpty { rows.predictions = rows.labels }
            rows.classCount = labelCoder.values.count
            rows.labelSets = block.labelSets
            if plan.needsClassScores {
                rows.classScores = block.classScores.map {
                    SeveralColumns.ordered(
                        classes: $0.classes, scores: $0.probabilities, codes: rows.labels, values: labelCoder.values)
                }
                if rows.classScores == nil { lacksProbabilities = true }
            }
        }
        for index in frames.indices { try frames[index].add(rows) }
        addPaired(block, rows, coding)
        if let outcomes = rows.outcomes {
            for (index, codes) in block.rules.enumerated() {
                ruleTables[index].merge(CellTable(outcomes, groups: codes.span, groupCount: 2))
                guard plan.needsRuleScores, let scores = rows.scores else { continue }
                for side in ruleScores[index].indices {
                    ruleScores[index][side] =
                        ruleScores[index][side]
                        + GeneralizedConfusion(
                            labels: rows.binaryLabels, scores: scores, weights: block.weights, codes: codes, side: Int32(side))
                }
            }
        }
    }

    private mutating func addPaired(_ block: CodedBlock, _ rows: CodedRows, _ coding: BinaryCoding?) {
        switch (block.predictions, block.against) {
        case (.coded(let first), .coded(let second)):
            guard let labels = block.labels else { break }
            if let coding {
                // With one positive label the others are one class, here too.
                func codes(_ codes: [Int32]) -> [Int32] {
                    codes.map { code in
                        let binary = coding.code(from: code)
                        return binary == BinaryCoding.missing ? -1 : Int32(binary)
                    }
                }
                paired.add(labels: codes(labels), first: codes(first), second: codes(second))
            } else {
                paired.add(labels: labels, first: first, second: second)
            }
        case (.numbers(let first), .numbers(let second)):
            if let truths = block.truths { paired.add(truths: truths, first: first, second: second) }
        default: break
        }
        if let first = block.scores, let second = block.againstScores, coding != nil {
            paired.add(labels: rows.binaryLabels, first: first, second: second)
        }
    }

    private func predictionCodes(of block: CodedBlock, _ coding: BinaryCoding) -> [UInt8] {
        switch block.predictions {
        case .coded(let codes): coding.codes(from: codes)
        case .decided(let codes): codes
        case .labels: block.labels.map { coding.codes(from: $0) } ?? []
        case .numbers, .none: [UInt8](repeating: BinaryCoding.missing, count: block.rowCount)
        }
    }

    /// Scores of the positive class; `nil` where a model gives none.
    private func scoreValues(of block: CodedBlock, _ coding: BinaryCoding) throws(AssayError) -> [Double]? {
        guard scorer != nil else { return block.scores }
        guard let (classes, probabilities) = block.classScores else { return nil }
        guard let index = classes.firstIndex(of: coding.positiveValue) else {
            throw AssayError(
                .invalidArgument,
                "the positive label \(ValueList.text([coding.positiveValue])) is none of the model's classes, "
                    + "which are \(ValueList.text(classes))")
        }
        return probabilities[index]
    }
}
