/// Rows and weights by group and outcome cell: the state behind every measure of labels and predictions.
///
/// Slot 0 of the table holds rows whose group is missing, slot `g + 1` rows of group code `g`. Counts are integers:
/// any order of adding and merging gives equal bits. Weights are added in row order within a block and block by block,
/// so their bits depend on the rows and the block size alone.
package struct CellTable: Hashable, Sendable {
    private var counts: [Int]
    private var weights: [Double]?
    /// Sums of squared weights, beside those of weights.
    private var squares: [Double]?

    /// An empty table. `groupCount` may grow later.
    package init(groupCount: Int, isWeighted: Bool) {
        precondition(groupCount >= 0, "a group count is negative")
        let size = (groupCount + 1) * OutcomeBlock.cellCount
        counts = [Int](repeating: 0, count: size)
        weights = isWeighted ? [Double](repeating: 0, count: size) : nil
        squares = weights
    }

    /// The table of one block. `groups` holds one code a row below `groupCount`, or −1 where the group is missing.
    package init(_ block: OutcomeBlock, groups: Span<Int32>, groupCount: Int) {
        self.init(groupCount: groupCount, isWeighted: block.weights != nil)
        precondition(groups.count == block.rowCount, "groups and outcomes differ in length")
        Self.count(block.cells.span, groups: groups, into: &counts)
        if let rowWeights = block.weights {
            var sums = [Double](repeating: 0, count: counts.count)
            Self.sum(block.cells.span, groups: groups, weights: rowWeights.span, into: &sums)
            weights = sums
            let squared = rowWeights.map { $0 * $0 }
            var squaredSums = [Double](repeating: 0, count: counts.count)
            Self.sum(block.cells.span, groups: groups, weights: squared.span, into: &squaredSums)
            squares = squaredSums
        }
    }

    /// The table of one block in which every row belongs to the one group 0.
    package init(_ block: OutcomeBlock) {
        self.init(groupCount: 1, isWeighted: block.weights != nil)
        var cells = [Int](repeating: 0, count: OutcomeBlock.cellCount)
        Self.count(block.cells.span, into: &cells)
        counts.replaceSubrange(OutcomeBlock.cellCount..., with: cells)
        if let rowWeights = block.weights {
            var sums = [Double](repeating: 0, count: OutcomeBlock.cellCount)
            var squared = sums
            for row in block.cells.indices {
                sums[Int(block.cells[row])] += rowWeights[row]
                squared[Int(block.cells[row])] += rowWeights[row] * rowWeights[row]
            }
            weights?.replaceSubrange(OutcomeBlock.cellCount..., with: sums)
            squares?.replaceSubrange(OutcomeBlock.cellCount..., with: squared)
        }
    }

    /// Adds the rows of `other`, which come after this table's. The larger group count is kept.
    package mutating func merge(_ other: CellTable) {
        precondition((weights == nil) == (other.weights == nil), "a weighted table meets an unweighted one")
        if counts.count < other.counts.count {
            let grown = other.counts.count - counts.count
            counts += [Int](repeating: 0, count: grown)
            weights = weights.map { $0 + [Double](repeating: 0, count: grown) }
            squares = squares.map { $0 + [Double](repeating: 0, count: grown) }
        }
        for cell in other.counts.indices { counts[cell] += other.counts[cell] }
        weights = Self.added(weights, other.weights)
        squares = Self.added(squares, other.squares)
    }

    /// `right` may be the shorter one.
    private static func added(_ left: [Double]?, _ right: [Double]?) -> [Double]? {
        guard let left, let right else { return nil }
        return left.indices.map { $0 < right.count ? left[$0] + right[$0] : left[$0] }
    }

    package var groupCount: Int { counts.count / OutcomeBlock.cellCount - 1 }
    package var isWeighted: Bool { weights != nil }

    /// The group whose rows have no group: slot 0.
    package static let missingGroup = -1

    /// Rows of `group` with both label and prediction; `missingGroup` for those without a group.
    package func confusion(group: Int) -> Confusion {
        let start = slotStart(group)
        let rowCount = counts[start] + counts[start + 1] + counts[start + 4] + counts[start + 5]
        if let weights {
            var confusion = Confusion(
                trueNegatives: weights[start], falsePositives: weights[start + 1], falseNegatives: weights[start + 4],
                truePositives: weights[start + 5], rowCount: rowCount, isWeighted: true)
            confusion.squares = squares.map { [$0[start], $0[start + 1], $0[start + 4], $0[start + 5]] }
            return confusion
        }
        return Confusion(
            trueNegatives: counts[start], falsePositives: counts[start + 1], falseNegatives: counts[start + 4],
            truePositives: counts[start + 5])
    }

    /// All rows of `group`, whatever they miss.
    package func rowCount(group: Int) -> Int {
        let start = slotStart(group)
        return counts[start..<(start + OutcomeBlock.cellCount)].reduce(0, +)
    }

    /// Rows of `group` without a label, whatever their prediction.
    package func missingLabelCount(group: Int) -> Int {
        let start = slotStart(group)
        return counts[start + 8] + counts[start + 9] + counts[start + 10]
    }

    /// Rows of `group` with a label and without a prediction.
    package func missingPredictionCount(group: Int) -> Int {
        let start = slotStart(group)
        return counts[start + 2] + counts[start + 6]
    }

    private func slotStart(_ group: Int) -> Int { (group + 1) * OutcomeBlock.cellCount }
}

extension CellTable {
    /// One pass; neighbouring rows count into different tables, so that two rows of one cell do not wait for each
    /// other.
    private static func count(_ cells: Span<UInt8>, groups: Span<Int32>, into counts: inout [Int]) {
        let size = counts.count
        // Beyond a thousand groups the second table would cost more than it saves.
        guard size <= 16_384 else {
            for row in cells.indices {
                // Bounded by the row count, so the sum cannot overflow.
                counts[(Int(groups[row]) &+ 1) &* OutcomeBlock.cellCount &+ Int(cells[row])] &+= 1
            }
            return
        }
        let lanes = 4
        var tables = [Int](repeating: 0, count: size * lanes)
        var table = tables.mutableSpan
        let whole = cells.count / lanes
        for quad in 0..<whole {
            let row = quad &* lanes
            let c = cells.extracting(row..<(row &+ lanes))
            let g = groups.extracting(row..<(row &+ lanes))
            table[(Int(g[0]) &+ 1) &* OutcomeBlock.cellCount &+ Int(c[0])] &+= 1
            table[size &+ (Int(g[1]) &+ 1) &* OutcomeBlock.cellCount &+ Int(c[1])] &+= 1
            table[2 &* size &+ (Int(g[2]) &+ 1) &* OutcomeBlock.cellCount &+ Int(c[2])] &+= 1
            table[3 &* size &+ (Int(g[3]) &+ 1) &* OutcomeBlock.cellCount &+ Int(c[3])] &+= 1
        }
        for row in (whole &* lanes)..<cells.count {
            table[(Int(groups[row]) &+ 1) &* OutcomeBlock.cellCount &+ Int(cells[row])] &+= 1
        }
        for cell in 0..<size {
            counts[cell] += table[cell] + table[size + cell] + table[2 * size + cell] + table[3 * size + cell]
        }
    }

    private static func count(_ cells: Span<UInt8>, into counts: inout [Int]) {
        let size = OutcomeBlock.cellCount
        let lanes = 4
        var tables = [Int](repeating: 0, count: size * lanes)
        var table = tables.mutableSpan
        let whole = cells.count / lanes
        for quad in 0..<whole {
            let row = quad &* lanes
            let c = cells.extracting(row..<(row &+ lanes))
            table[Int(c[0])] &+= 1
            table[size &+ Int(c[1])] &+= 1
            table[2 &* size &+ Int(c[2])] &+= 1
            table[3 &* size &+ Int(c[3])] &+= 1
        }
        for row in (whole &* lanes)..<cells.count { table[Int(cells[row])] &+= 1 }
        for cell in 0..<size {
            counts[cell] = table[cell] + table[size + cell] + table[2 * size + cell] + table[3 * size + cell]
        }
    }

    private static func sum(
        _ cells: Span<UInt8>, groups: Span<Int32>, weights: Span<Double>, into sums: inout [Double]
    ) {
        for row in cells.indices {
            sums[(Int(groups[row]) &+ 1) &* OutcomeBlock.cellCount &+ Int(cells[row])] += weights[row]
        }
    }
}
