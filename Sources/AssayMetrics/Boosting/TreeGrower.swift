/// Grows one regression tree leaf by leaf: always the leaf is divided whose division lowers the squared error most.
///
/// - Source: LightGBM 4.6.0 `SerialTreeLearner` and `FeatureHistogram` for the squared error with their defaults: 31 leaves, 20
///   rows a leaf, no penalties, missing values on the side that is better for them.
struct TreeGrower {
    static let leafLimit = 31
    static let leastRows = 20

    private struct Candidate {
        var gain: Double
        var feature: Int
        var bin: Int
        var missingGoesLeft: Bool
    }

    private struct Leaf {
        /// Places in `order`.
        var rows: Range<Int>
        var gradient: Double
        /// Sums of gradients and numbers of rows by feature and bin.
        var histogram: (gradients: [Double], counts: [Int])
        var best: Candidate?
        /// The split that leads here, and on which side.
        var parent: (split: Int, isLeft: Bool)?
    }

    private let rows: BinnedRows
    private let gradients: [Double]
    private var order: [Int32]
    private let offsets: [Int]

    /// - Parameter gradients: of the loss by row: what is predicted so far less what is wanted.
    init(_ rows: BinnedRows, gradients: [Double]) {
        precondition(rows.count == gradients.count, "each row has a gradient")
        self.rows = rows
        self.gradients = gradients
        order = (0..<Int32(rows.count)).map { $0 }
        var offsets = [0]
        for feature in rows.features { offsets.append(offsets[offsets.count - 1] + feature.count) }
        self.offsets = offsets
    }

    /// - Returns: the tree, and for each row the place of its leaf. A tree of one leaf where nothing is worth a division.
    /// - Complexity: O(rows × features × depth).
    mutating func grow() -> (tree: RegressionTree, leaves: [Int32]) {
        var tree = RegressionTree(leaves: [])
        var root = Leaf(rows: 0..<rows.count, gradient: blockedSum(of: gradients), histogram: histogram(0..<rows.count))
        root.best = best(root)
        var leaves = [root]
        while leaves.count < Self.leafLimit {
            var chosen: Int?
            for (index, leaf) in leaves.enumerated() {
                guard let candidate = leaf.best else { continue }
                if let known = chosen, candidate.gain <= leaves[known].best?.gain ?? 0 { continue }
                chosen = index
            }
            guard let index = chosen, let candidate = leaves[index].best else { break }
            divide(index, candidate, &leaves, &tree)
        }
        var places = [Int32](repeating: 0, count: rows.count)
        for (place, leaf) in leaves.enumerated() {
            tree.leaves.append(leaf.rows.isEmpty ? 0 : -leaf.gradient / Double(leaf.rows.count))
            for row in order[leaf.rows] { places[Int(row)] = Int32(place) }
        }
        return (tree, places)
    }

    /// The left part keeps the leaf's place, the right one comes last.
    private mutating func divide(_ index: Int, _ candidate: Candidate, _ leaves: inout [Leaf], _ tree: inout RegressionTree) {
        let parent = leaves[index]
        let missing = rows.features[candidate.feature].missingBin
        let split = RegressionTree.Split(
            feature: candidate.feature, bin: UInt8(candidate.bin), missingBin: missing.map { UInt8($0) },
            missingGoesLeft: candidate.missingGoesLeft, left: ~index, right: ~leaves.count)
        if let (above, isLeft) = parent.parent {
            if isLeft { tree.splits[above].left = tree.splits.count } else { tree.splits[above].right = tree.splits.count }
        }
        tree.splits.append(split)
        let base = candidate.feature * rows.count
        let (goingLeft, goingRight) = order[parent.rows].reduce(into: ([Int32](), [Int32]())) { sides, row in
            if split.goesLeft(rows.bins[base + Int(row)]) { sides.0.append(row) } else { sides.1.append(row) }
        }
        let middle = parent.rows.lowerBound + goingLeft.count
        order.replaceSubrange(parent.rows, with: goingLeft + goingRight)
        let ranges = (left: parent.rows.lowerBound..<middle, right: middle..<parent.rows.upperBound)
        // The smaller part is counted, and what is left of the whole is the other.
        let isLeftSmaller = ranges.left.count < ranges.right.count
        let small = histogram(isLeftSmaller ? ranges.left : ranges.right)
        var large = parent.histogram
        for bin in large.counts.indices {
            large.gradients[bin] -= small.gradients[bin]
            large.counts[bin] -= small.counts[bin]
        }
        let place = tree.splits.count - 1
        let leftGradient = blockedSum(of: goingLeft.map { gradients[Int($0)] })
        var left = Leaf(
            rows: ranges.left, gradient: leftGradient, histogram: isLeftSmaller ? small : large, parent: (place, true))
        var right = Leaf(
            rows: ranges.right, gradient: parent.gradient - leftGradient, histogram: isLeftSmaller ? large : small,
            parent: (place, false))
        left.best = best(left)
        right.best = best(right)
        leaves[index] = left
        leaves.append(right)
    }

    private func histogram(_ range: Range<Int>) -> (gradients: [Double], counts: [Int]) {
        let size = offsets[offsets.count - 1]
        var (sums, counts) = ([Double](repeating: 0, count: size), [Int](repeating: 0, count: size))
        let chosen = order[range].map { Int($0) }
        let own = chosen.map { gradients[$0] }
        rows.bins.withUnsafeBufferPointer { bins in
            sums.withUnsafeMutableBufferPointer { sums in
                counts.withUnsafeMutableBufferPointer { counts in
                    for feature in rows.features.indices {
                        let (base, offset) = (feature &* rows.count, offsets[feature])
                        for place in chosen.indices {
                            let bin = offset &+ Int(bins[base &+ chosen[place]])
                            sums[bin] += own[place]
                            counts[bin] &+= 1
                        }
                    }
                }
            }
        }
        return (sums, counts)
    }

    /// The best division of a leaf; `nil` where none lowers the squared error.
    ///
    /// Bins are added up from the right with missing values on the left, then, where there are missing values, from the left
    /// with these on the right. Of equal gains the first found stands.
    private func best(_ leaf: Leaf) -> Candidate? {
        let total = leaf.rows.count
        guard total >= 2 * Self.leastRows else { return nil }
        let before = leaf.gradient * leaf.gradient / Double(total)
        var best: Candidate?
        for (feature, bins) in rows.features.enumerated() {
            let offset = offsets[feature]
            let valueBins = bins.upperBounds.count
            func consider(_ sum: Double, _ count: Int, bin: Int, missingGoesLeft: Bool) {
                guard count >= Self.leastRows, total - count >= Self.leastRows else { return }
                let rest = leaf.gradient - sum
                let gain = sum * sum / Double(count) + rest * rest / Double(total - count) - before
                guard gain > best?.gain ?? 0 else { return }
                best = Candidate(gain: gain, feature: feature, bin: bin, missingGoesLeft: missingGoesLeft)
            }
            var (sum, count) = (0.0, 0)
            for bin in stride(from: valueBins - 1, to: 0, by: -1) {
                sum += leaf.histogram.gradients[offset + bin]
                count += leaf.histogram.counts[offset + bin]
                consider(sum, count, bin: bin - 1, missingGoesLeft: true)
            }
            guard bins.hasMissing else { continue }
            (sum, count) = (0, 0)
            for bin in 0..<valueBins {
                sum += leaf.histogram.gradients[offset + bin]
                count += leaf.histogram.counts[offset + bin]
                consider(sum, count, bin: bin, missingGoesLeft: false)
            }
        }
        return best
    }
}
