import AssayColumns
package import AssayData
import AssayMetrics
package import AssayTerms

/// Answers on the rows of a file by a reduction fitted before. One pass, whose memory does not grow with the rows.
///
/// Each row is answered by one model, drawn by weight with the row's draw (`RowDraw` of `reduction/v1`), so the same row is
/// answered the same way whenever it comes; or by what the mixture answers on average. Groups are needed to assess only.
package struct ReductionApplication: Sendable {
    package var document: ReductionDocument
    /// Its label may be `nil`; then nothing is assessed and its groups are not read.
    package var rows: GroupedRows
    package var key: Text?
    package var seed: UInt64 = 0
    /// Leave nothing to chance: the expected number, or positive where that is likelier than not.
    package var isExpected = false

    package init(document: ReductionDocument, rows: GroupedRows) {
        self.document = document
        self.rows = rows
    }

    package struct Answer: Sendable {
        /// A decision as 1 or 0, or a number.
        package var value: Double
        /// The probability of a positive decision, or the expected number.
        package var expected: Double
    }

    package struct Outcome: Sendable {
        package var facts: DataFacts
        package var answeredCount: Int
        /// Of decisions.
        package var positiveCount: Int
        package var missingFeatureCount: Int
        /// Of decisions with labels.
        package var evidence: MitigationEvidence?
        /// Of bounded losses with labels.
        package var losses: LossEvidence?
    }

    /// - Parameter show: is handed each row's answer in order, `nil` where a feature is missing.
    /// - Throws: `invalidArgument` for a row without a key or an infinite feature; whatever is wrong with the data.
    package func run(show: (Answer?) throws(AssayError) -> Void, progress: (Int) -> Void) throws(AssayError) -> Outcome {
        var coded = rows
        if document.goal.isOfNumbers { coded.label = nil }
        let isAssessed = rows.label != nil
        let table = try coded.table(
            document.features + [key, rows.label].compactMap { $0 }, withGroups: isAssessed)
        var coder = GroupedRows.Coder(coded)
        let draw = RowDraw(seed: seed, domain: ReductionDocument.version)
        var tally = Tally()
        var outcome = Outcome(
            facts: DataFacts(rowCount: 0, digest: document.data.digest), answeredCount: 0, positiveCount: 0, missingFeatureCount: 0)
        let reader = try table.makeReader()
        var count = 0
        while let block = try reader.next() {
            let (classes, groups) = isAssessed ? try coder.codes(of: block) : ([], [])
            var numbers: [Double] = []
            if document.goal.isOfNumbers, let label = rows.label { numbers = try ReductionRows.numbers(label, of: block, as: "labels") }
            var columns: [[Double]] = []
            for name in document.features { columns.append(try ReductionRows.numbers(name, of: block, as: "features")) }
            let keys = try key.map { name throws(AssayError) in try block.required(name) }
            for row in 0..<block.rowCount {
                let features = columns.map { $0[row] }
                guard !features.contains(where: \.isNaN) else {
                    outcome.missingFeatureCount += 1
                    try show(nil)
                    continue
                }
                let answer = try answer(features) { () throws(AssayError) in
                    draw.unit(try ThresholdApplication.rowKey(keys, row, block.firstRow))
                }
                outcome.answeredCount += 1
                if !document.goal.isOfNumbers, answer.value > 0 { outcome.positiveCount += 1 }
                if isAssessed {
                    let isLabelled = document.goal.isOfNumbers ? !numbers[row].isNaN : classes[row] != ValueCoder.missing
                    if groups[row] == ValueCoder.missing {
                        tally.excluded.missingGroup += 1
                    } else if !isLabelled {
                        tally.excluded.missingLabel += 1
                    } else if case .groupLoss(let loss, _) = document.goal, document.goal.isOfNumbers {
                        tally.add(group: Int(groups[row]), loss: loss.loss(label: numbers[row], value: answer.value))
                    } else {
                        tally.add(group: Int(groups[row]), label: Int(classes[row]), isPositive: answer.value > 0)
                    }
                }
                try show(answer)
            }
            count += block.rowCount
            progress(count)
        }
        outcome.facts = try reader.finish()
        tally.excluded.missingPrediction = outcome.missingFeatureCount
        if isAssessed { try assess(tally, coder, &outcome) }
        return outcome
    }

    private func answer(_ features: [Double], unit: () throws(AssayError) -> Double) throws(AssayError) -> Answer {
        let expected = document.expected(features)
        if isExpected {
            return Answer(value: document.goal.isOfNumbers ? expected : expected > 0.5 ? 1 : 0, expected: expected)
        }
        let model = document.parts.count == 1 ? document.parts[0].model : document.drawn(try unit())
        return Answer(value: document.answer(model, features), expected: expected)
    }

    private func assess(_ tally: Tally, _ coder: GroupedRows.Coder, _ outcome: inout Outcome) throws(AssayError) {
        guard tally.hasRows else { return }
        let (names, place) = try coder.groupNames()
        let codes = tally.groups.keys.sorted { place(Int32($0)) < place(Int32($1)) }
        let kept = codes.map { names[place(Int32($0))] }
        let groups = codes.compactMap { tally.groups[$0] }
        if case .groupLoss(let loss, let upperBound) = document.goal, document.goal.isOfNumbers {
            outcome.losses = LossEvidence(
                loss: loss, upperBound: upperBound, source: rows.groups,
                groups: zip(kept, groups).map { name, group in
                    LossEvidence.Group(name: name, rowCount: group.count, before: nil, after: group.lossSum / Double(group.count))
                }, excluded: tally.excluded)
            return
        }
        let coding = try coder.binaryCoding()
        let confusions = groups.map { group in
            var cells = [[0, 0], [0, 0]]
            for (label, decisions) in group.decisions.enumerated() {
                let truth = coding.code(from: Int32(label)) == BinaryCoding.positive ? 1 : 0
                cells[truth][0] += decisions[0]
                cells[truth][1] += decisions[1]
            }
            return Confusion(trueNegatives: cells[0][0], falsePositives: cells[0][1], falseNegatives: cells[1][0], truePositives: cells[1][1])
        }
        outcome.evidence = MitigationEvidence(
            source: rows.groups, names: kept, before: nil, after: confusions, excluded: tally.excluded)
    }

    /// What came of rows with a group and a label, by group code.
    private struct Tally {
        struct Group {
            var count = 0
            var lossSum = 0.0
            /// By label code, decided negative and positive.
            var decisions: [[Int]] = []
        }

        private(set) var groups: [Int: Group] = [:]
        var excluded = CheckResult.Excluded()

        var hasRows: Bool { !groups.isEmpty }

        mutating func add(group: Int, loss: Double) {
            groups[group, default: Group()].count += 1
            groups[group, default: Group()].lossSum += loss
        }

        mutating func add(group: Int, label: Int, isPositive: Bool) {
            var own = groups[group] ?? Group()
            while own.decisions.count <= label { own.decisions.append([0, 0]) }
            own.decisions[label][isPositive ? 1 : 0] += 1
            own.count += 1
            groups[group] = own
        }
    }
}
