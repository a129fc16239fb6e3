package import AssayColumns
package import AssayData
package import AssayMetrics
package import AssayTerms

/// Weights for the rows of a file under which labels no longer depend on groups: one pass to count, one to write.
package struct ReweighingRun: Sendable {
    package var rows: GroupedRows
    package var weight: Text?

    package init(rows: GroupedRows, weight: Text? = nil) {
        self.rows = rows
        self.weight = weight
    }

    package struct Outcome: Sendable {
        package var reweighing: Reweighing
        /// By group.
        package var names: [Text]
        package var rowCounts: [Int]
        /// Rows that miss label or group; they have no weight.
        package var unweighedCount: Int
        package var facts: DataFacts
        package var positive: ColumnValue
    }

    /// - Parameter show: is handed each row's weight in order, `nil` for rows that miss label or group.
    /// - Throws: `invalidArgument` without two groups, or a label that is not binary; whatever is wrong with the data.
    package func run(show: (Double?) throws(AssayError) -> Void) throws(AssayError) -> Outcome {
        let table = try rows.table([weight].compactMap { $0 })
        var coder = GroupedRows.Coder(rows)
        var cells = CellCounts()
        let reader = try table.makeReader()
        while let block = try reader.next() { cells.add(try codes(of: block, &coder)) }
        let facts = try reader.finish()
        let coding = try coder.binaryCoding()
        let (names, place) = try coder.groupNames()

        var sums = [(negative: Double, positive: Double)](repeating: (0, 0), count: names.count)
        var rowCounts = [Int](repeating: 0, count: names.count)
        for (cell, (count, sum)) in cells.byCell.sorted(by: { $0.key < $1.key }) {
            let rank = place(cell.group)
            rowCounts[rank] += count
            if coding.code(from: cell.label) == BinaryCoding.positive { sums[rank].positive += sum } else { sums[rank].negative += sum }
        }
        guard rowCounts.count(where: { $0 > 0 }) > 1 else {
            throw AssayError(
                .invalidArgument,
                "\(rows.file.name): fewer than two groups have rows with a label, so there is nothing to weigh against each other")
        }
        let reweighing = Reweighing(sums: sums)
        let again = try table.makeReader()
        while let block = try again.next() {
            let codes = try codes(of: block, &coder)
            for row in 0..<block.rowCount {
                guard codes.labels[row] != ValueCoder.missing, codes.groups[row] != ValueCoder.missing else {
                    try show(nil)
                    continue
                }
                let isPositive = coding.code(from: codes.labels[row]) == BinaryCoding.positive
                let factor = reweighing.factor(group: place(codes.groups[row]), isPositive: isPositive)
                try show(factor.map { $0 * (codes.weights?[row] ?? 1) } ?? 0)
            }
        }
        _ = try again.finish()
        return Outcome(
            reweighing: reweighing, names: names, rowCounts: rowCounts, unweighedCount: cells.missingCount, facts: facts,
            positive: coding.positiveValue)
    }

    private struct Codes {
        var labels: [Int32]
        var groups: [Int32]
        var weights: [Double]?
    }

    private func codes(of block: RowBlock, _ coder: inout GroupedRows.Coder) throws(AssayError) -> Codes {
        let (labels, groups) = try coder.codes(of: block)
        var weights: [Double]?
        if let weight {
            let values = try NumberColumn(block.required(weight)).valuesOrNaN
            try Weights.check(values.span, firstRow: block.firstRow)
            weights = values
        }
        return Codes(labels: labels, groups: groups, weights: weights)
    }

    /// Rows and sums of weights by group and label, added in row order.
    private struct CellCounts {
        struct Cell: Hashable, Comparable {
            var group: Int32
            var label: Int32

            static func < (left: Cell, right: Cell) -> Bool { (left.group, left.label) < (right.group, right.label) }
        }

        var byCell: [Cell: (count: Int, sum: Double)] = [:]
        var missingCount = 0

        mutating func add(_ codes: Codes) {
            for row in codes.labels.indices {
                guard codes.labels[row] != ValueCoder.missing, codes.groups[row] != ValueCoder.missing else {
                    missingCount += 1
                    continue
                }
                let cell = Cell(group: codes.groups[row], label: codes.labels[row])
                let known = byCell[cell] ?? (0, 0)
                byCell[cell] = (known.count + 1, known.sum + (codes.weights?[row] ?? 1))
            }
        }
    }
}
