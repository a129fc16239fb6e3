package import AssayColumns
package import AssayData
package import AssayMetrics
package import AssayTerms

/// Weights for the rows of a file under which labels no longer depend on groups: one pass to count, one to write.
package struct ReweighingRun: Sendable {
    package var data: DataFile
    package var label: Text
    package var positive: Text?
    /// Groups are the values of this column, or what `rule` says of the rows.
    package var sensitive: Text?
    package var rule: PrivilegedRule?
    package var weight: Text?
    package var missingWords: [Text]?
    package var schema = DataSchema()

    package init(data: DataFile, label: Text) {
        self.data = data
        self.label = label
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
        var options = DataOptions(schema: schema, columns: columns)
        if let missingWords { options.missingWords = missingWords }
        guard case .path(let path) = data.source else {
            throw AssayError(.invalidArgument, "rows are reweighed in a file")
        }
        let table = try DataTable.open(path: path, options: options)
        var labels = ValueCoder(maximumValueCount: 1_000)
        var groups = ValueCoder()
        var cells = CellCounts()
        let reader = try table.makeReader()
        while let block = try reader.next() { cells.add(try codes(of: block, &labels, &groups)) }
        let facts = try reader.finish()
        let coding = try labels.binaryCoding(positive: positive)
        let categories = try groups.categoryCoding()
        let names = rule == nil ? categories.names : ["unprivileged", "privileged"]
        let ranks: (Int32) -> Int = { rule == nil ? Int(categories.code(from: $0)) : Int($0) }

        var sums = [(negative: Double, positive: Double)](repeating: (0, 0), count: names.count)
        var rowCounts = [Int](repeating: 0, count: names.count)
        for (cell, (count, sum)) in cells.byCell.sorted(by: { $0.key < $1.key }) {
            let rank = ranks(cell.group)
            rowCounts[rank] += count
            if coding.code(from: cell.label) == BinaryCoding.positive { sums[rank].positive += sum } else { sums[rank].negative += sum }
        }
        guard rowCounts.count(where: { $0 > 0 }) > 1 else {
            throw AssayError(
                .invalidArgument,
                "\(data.name): fewer than two groups have rows with a label, so there is nothing to weigh against each other")
        }
        let reweighing = Reweighing(sums: sums)
        let again = try table.makeReader()
        while let block = try again.next() {
            let rows = try codes(of: block, &labels, &groups)
            for row in 0..<block.rowCount {
                guard rows.labels[row] != ValueCoder.missing, rows.groups[row] != ValueCoder.missing else {
                    try show(nil)
                    continue
                }
                let isPositive = coding.code(from: rows.labels[row]) == BinaryCoding.positive
                let factor = reweighing.factor(group: ranks(rows.groups[row]), isPositive: isPositive)
                try show(factor.map { $0 * (rows.weights?[row] ?? 1) } ?? 0)
            }
        }
        _ = try again.finish()
        return Outcome(
            reweighing: reweighing, names: names, rowCounts: rowCounts, unweighedCount: cells.missingCount, facts: facts,
            positive: coding.positiveValue)
    }

    private var columns: [Text] {
        var columns = [label]
        for name in [sensitive, rule?.column, weight].compactMap({ $0 }) where !columns.contains(name) { columns.append(name) }
        return columns
    }

    private struct Codes {
        var labels: [Int32]
        var groups: [Int32]
        var weights: [Double]?
    }

    private func codes(of block: RowBlock, _ labels: inout ValueCoder, _ groups: inout ValueCoder) throws(AssayError) -> Codes {
        func column(_ name: Text) throws(AssayError) -> Column {
            guard let column = block[name] else {
                throw AssayError(.internalFault, "a block came without column \(ValueList.quoted(name))")
            }
            return column
        }
        let groupCodes: [Int32]
        if let rule {
            groupCodes = try rule.codes(of: column(rule.column)).map { $0 == BinaryCoding.missing ? ValueCoder.missing : Int32($0) }
        } else {
            groupCodes = try groups.codes(of: column(sensitive ?? ""))
        }
        var weights: [Double]?
        if let weight {
            let numbers = try NumberColumn(column(weight))
            var values = numbers.values
            if let validity = numbers.validity { for row in values.indices where !validity[row] { values[row] = .nan } }
            try Weights.check(values.span, firstRow: block.firstRow)
            weights = values
        }
        return Codes(labels: try labels.codes(of: column(label)), groups: groupCodes, weights: weights)
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
