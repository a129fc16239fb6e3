package import AssayTerms

/// Rows and weights by group, label and prediction over any number of classes: the state behind the measures of more than
/// two classes.
///
/// Slot 0 of the table holds rows whose group is missing, slot `g + 1` rows of group code `g`; in a slot, line and column 0
/// hold rows without a label or a prediction. Class and group codes are numbered by first appearance, so both sides grow.
/// Counts are integers; weights are added in row order within a block and block by block.
///
/// - Complexity: O(rows) to fill, O(groups · classes²) to merge and in memory.
package struct ClassTable: Hashable, Sendable {
    /// More cells than this are no classes and groups but measured quantities.
    package static let cellLimit = 1 << 26

    package private(set) var groupCount: Int
    package private(set) var classCount: Int
    private var counts: [Int]
    private var weights: [Double]?
    /// Sums of squared weights, which tell how far sums of weights may be off.
    private var squares: [Double]?

    package init(groupCount: Int, classCount: Int, isWeighted: Bool) {
        precondition(groupCount >= 0 && classCount >= 0, "a count is negative")
        self.groupCount = groupCount
        self.classCount = classCount
        let size = Self.size(groupCount: groupCount, classCount: classCount)
        counts = [Int](repeating: 0, count: size)
        weights = isWeighted ? [Double](repeating: 0, count: size) : nil
        squares = weights
    }

    /// Adds rows that come after this table's. Codes are −1 where the row has none.
    ///
    /// - Throws: `limitExceeded` beyond `cellLimit` cells.
    package mutating func add(
        labels: [Int32], predictions: [Int32], groups: [Int32]?, weights rowWeights: [Double]?,
        groupCount newGroupCount: Int, classCount newClassCount: Int
    ) throws(AssayError) {
        precondition(labels.count == predictions.count, "labels and predictions differ in length")
        precondition((weights == nil) == (rowWeights == nil), "a weighted table meets an unweighted block")
        try grow(groupCount: max(groupCount, newGroupCount), classCount: max(classCount, newClassCount))
        let line = classCount + 1
        // Moved out for the loop, so that it stays the only reference.
        var table = counts
        counts = []
        for row in labels.indices {
            let group = groups.map { Int($0[row]) } ?? 0
            table[((group &+ 1) &* line &+ Int(labels[row]) &+ 1) &* line &+ Int(predictions[row]) &+ 1] &+= 1
        }
        counts = table
        guard let rowWeights, var sums = weights, var squaredSums = squares else { return }
        weights = nil
        squares = nil
        // One block's own sums first, so that any split at block borders gives equal bits.
        var block = [Double](repeating: 0, count: sums.count)
        var squaredBlock = block
        for row in labels.indices {
            let group = groups.map { Int($0[row]) } ?? 0
            let cell = ((group + 1) * line + Int(labels[row]) + 1) * line + Int(predictions[row]) + 1
            block[cell] += rowWeights[row]
            squaredBlock[cell] += rowWeights[row] * rowWeights[row]
        }
        for cell in sums.indices {
            sums[cell] += block[cell]
            squaredSums[cell] += squaredBlock[cell]
        }
        weights = sums
        squares = squaredSums
    }

    /// The group whose rows have no group.
    package static let missingGroup = -1

    /// Rows of `group` that have label and prediction; class `order[i]` stands at place `i`.
    package func matrix(group: Int, order: [Int]) -> ClassMatrix {
        var amounts = [Double](repeating: 0, count: order.count * order.count)
        var squaredAmounts = squares == nil ? nil : amounts
        var labelRows = [Int](repeating: 0, count: order.count)
        for (place, label) in order.enumerated() {
            for (other, prediction) in order.enumerated() {
                let cell = index(group, label, prediction)
                amounts[place * order.count + other] = weights?[cell] ?? Double(counts[cell])
                if let squares { squaredAmounts?[place * order.count + other] = squares[cell] }
                labelRows[place] += counts[cell]
            }
        }
        return ClassMatrix(amounts: amounts, labelRows: labelRows, isWeighted: weights != nil, squares: squaredAmounts)
    }

    /// All rows of `group`, whatever they miss.
    package func rowCount(group: Int) -> Int {
        let slot = (classCount + 1) * (classCount + 1)
        return counts[((group + 1) * slot)..<((group + 2) * slot)].reduce(0, +)
    }

    /// Rows of `group` without a label, whatever their prediction.
    package func missingLabelCount(group: Int) -> Int {
        (-1..<classCount).reduce(0) { $0 + counts[index(group, -1, $1)] }
    }

    /// Rows of `group` with a label and without a prediction.
    package func missingPredictionCount(group: Int) -> Int {
        (0..<classCount).reduce(0) { $0 + counts[index(group, $1, -1)] }
    }

    private func index(_ group: Int, _ label: Int, _ prediction: Int) -> Int {
        ((group + 1) * (classCount + 1) + label + 1) * (classCount + 1) + prediction + 1
    }

    private static func size(groupCount: Int, classCount: Int) -> Int {
        (groupCount + 1) * (classCount + 1) * (classCount + 1)
    }

    private mutating func grow(groupCount newGroups: Int, classCount newClasses: Int) throws(AssayError) {
        guard newGroups != groupCount || newClasses != classCount else { return }
        let size = Self.size(groupCount: newGroups, classCount: newClasses)
        guard size <= Self.cellLimit else {
            throw AssayError(
                .limitExceeded,
                "\(newClasses) classes in \(newGroups) groups are too many to count "
                    + "(at most \(Self.cellLimit) cells); labels that are measured numbers want --task regression")
        }
        var grown = ClassTable(groupCount: newGroups, classCount: newClasses, isWeighted: weights != nil)
        for group in -1..<groupCount {
            for label in -1..<classCount {
                for prediction in -1..<classCount {
                    let cell = index(group, label, prediction)
                    let place = grown.index(group, label, prediction)
                    grown.counts[place] = counts[cell]
                    if let sum = weights?[cell] { grown.weights?[place] = sum }
                    if let sum = squares?[cell] { grown.squares?[place] = sum }
                }
            }
        }
        self = grown
    }
}
