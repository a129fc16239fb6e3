import AssayColumns
package import AssayData
import AssayMetrics
package import AssayTerms

/// Decisions on the rows of a file by thresholds chosen before. One pass, whose memory does not grow with the rows.
///
/// A row is positive where its probability exceeds the row's draw (`RowDraw`), so probabilities 0 and 1 decide for certain
/// and the same row is decided the same way whenever it comes. The draw is made from the row's key, or from its number
/// counted from 0.
package struct ThresholdApplication: Sendable {
    package var document: ThresholdDocument
    /// Its label may be `nil`; then decisions are made and not assessed.
    package var rows: GroupedRows
    package var score: Text
    package var key: Text?
    package var seed: UInt64 = 0
    /// Decisions before, to compare with: scores from here on.
    package var cutoff: Double?

    package init(document: ThresholdDocument, rows: GroupedRows) {
        self.document = document
        self.rows = rows
        score = document.score
    }

    package struct Decision: Sendable {
        package var isPositive: Bool
        package var probability: Double
    }

    package struct Outcome: Sendable {
        package var facts: DataFacts
        /// By group of the document.
        package var decided: [(count: Int, positives: Int)]
        /// Rows that miss their score, or whose group is missing or has no thresholds.
        package var missingScoreCount: Int
        package var missingGroupCount: Int
        package var unknownGroupCount: Int
        /// `nil` without labels.
        package var evidence: MitigationEvidence?
    }

    /// - Parameter show: is handed each row's decision in order, `nil` where none can be made.
    /// - Throws: `invalidArgument` for a row without a key; whatever is wrong with the data.
    package func run(
        show: (Decision?) throws(AssayError) -> Void, progress: (Int) -> Void
    ) throws(AssayError) -> Outcome {
        let table = try rows.table([score] + [key].compactMap { $0 })
        var coder = GroupedRows.Coder(rows)
        let draw = RowDraw(seed: seed)
        var outcome = Outcome(
            facts: DataFacts(rowCount: 0, digest: document.data.digest), decided: document.groups.map { _ in (0, 0) },
            missingScoreCount: 0, missingGroupCount: 0, unknownGroupCount: 0, evidence: nil)
        // Labels as codes, since the positive one may be known only at the end.
        var tally = Tally(groupCount: document.groups.count)
        var places: [Int?] = []
        let reader = try table.makeReader()
        var count = 0
        while let block = try reader.next() {
            let (labels, groups) = try coder.codes(of: block)
            let scores = try NumberColumn(block.required(score)).valuesOrNaN
            let keys = try key.map { name throws(AssayError) in try block.required(name) }
            places = coder.places(among: document.groups.map(\.name))
            for row in 0..<block.rowCount {
                guard groups[row] != ValueCoder.missing else {
                    outcome.missingGroupCount += 1
                    try show(nil)
                    continue
                }
                guard let place = places[Int(groups[row])] else {
                    outcome.unknownGroupCount += 1
                    try show(nil)
                    continue
                }
                guard !scores[row].isNaN else {
                    outcome.missingScoreCount += 1
                    try show(nil)
                    continue
                }
                let (isPositive, probability) = try document.groups[place].rule.decision(scores[row]) { () throws(AssayError) in
                    draw.unit(try Self.rowKey(keys, row, block.firstRow))
                }
                outcome.decided[place].count += 1
                if isPositive { outcome.decided[place].positives += 1 }
                if labels[row] == ValueCoder.missing {
                    tally.missingLabelCount += 1
                } else {
                    let wasPositive = scores[row] >= cutoff ?? ThresholdRun.standardCutoff
                    tally.add(group: place, label: Int(labels[row]), before: wasPositive, after: isPositive)
                }
                try show(Decision(isPositive: isPositive, probability: probability))
            }
            count += block.rowCount
            progress(count)
        }
        outcome.facts = try reader.finish()
        guard rows.label != nil else { return outcome }
        let coding = try coder.binaryCoding()
        let (before, after) = tally.confusions { coding.code(from: Int32($0)) == BinaryCoding.positive }
        outcome.evidence = MitigationEvidence(
            source: rows.groups, names: document.groups.map(\.name), before: before, after: after,
            excluded: CheckResult.Excluded(
                missingGroup: outcome.missingGroupCount + outcome.unknownGroupCount, missingLabel: tally.missingLabelCount,
                missingPrediction: outcome.missingScoreCount))
        return outcome
    }

    /// What a row is drawn by: its key, or its number.
    static func rowKey(_ keys: Column?, _ row: Int, _ firstRow: Int) throws(AssayError) -> Text {
        guard let keys else { return Text(String(firstRow + row)) }
        guard let value = keys.value(at: row) else {
            throw AssayError(
                .invalidArgument, "row \(firstRow + row) (counted from 0) has no key in column '\(keys.name)', so it cannot be drawn for")
        }
        return value.name
    }

    /// Decisions before and after by group and label code.
    private struct Tally {
        /// By group, label code, decision before, decision after.
        private var counts: [[[Int]]]
        var missingLabelCount = 0

        init(groupCount: Int) { counts = [[[Int]]](repeating: [], count: groupCount) }

        mutating func add(group: Int, label: Int, before: Bool, after: Bool) {
            while counts[group].count <= label { counts[group].append([0, 0, 0, 0]) }
            counts[group][label][(before ? 2 : 0) + (after ? 1 : 0)] += 1
        }

        func confusions(isPositive: (Int) -> Bool) -> (before: [Confusion], after: [Confusion]) {
            var before: [Confusion] = []
            var after: [Confusion] = []
            for labels in counts {
                // [label][decision]
                var first = [[0, 0], [0, 0]]
                var second = [[0, 0], [0, 0]]
                for (label, cells) in labels.enumerated() {
                    let truth = isPositive(label) ? 1 : 0
                    for (cell, count) in cells.enumerated() {
                        first[truth][cell / 2] += count
                        second[truth][cell % 2] += count
                    }
                }
                before.append(Self.confusion(first))
                after.append(Self.confusion(second))
            }
            return (before, after)
        }

        private static func confusion(_ cells: [[Int]]) -> Confusion {
            Confusion(trueNegatives: cells[0][0], falsePositives: cells[0][1], falseNegatives: cells[1][0], truePositives: cells[1][1])
        }
    }
}
