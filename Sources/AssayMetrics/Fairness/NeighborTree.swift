/// Rows parted again and again, so that the nearest ones of a row are found without looking at all.
///
/// Definition: the nearest rows are the least by squared Euclidean distance, summed over columns in their order, and of equal
/// ones the earlier. A node is left out where no row in its box could be among them, judged by the box's distance in the same
/// arithmetic: rounding keeps order, so a row's distance is never below its box's, and the answer is that of comparing all
/// pairs, to the bit.
///
/// - Complexity: O(rows · log rows · columns) to build. A query takes O(log rows) where columns are few; with many it comes
///   near all rows.
/// - Source: Friedman, J. H., Bentley, J. L. and Finkel, R. A. (1977). An algorithm for finding best matches in logarithmic
///   expected time. ACM Transactions on Mathematical Software 3, 209–226.
package struct NeighborTree {
    private struct Node {
        /// Places in `order`.
        var range: Range<Int>
        /// The least row of the range: of equally near rows the earlier comes first.
        var leastRow: Int
        /// Where its two halves stand; `nil` of a leaf.
        var children: (Int, Int)?
    }

    private static let leafSize = 16

    private let width: Int
    /// By row, then column.
    private let points: [Double]
    private var order: [Int]
    private var nodes: [Node] = []
    /// Of each node: least, then greatest value of every column.
    private var boxes: [Double] = []

    /// - Parameter points: by row, then column; all finite.
    package init(points: [Double], width: Int) {
        self.points = points
        self.width = width
        order = Array(0..<(points.count / width))
        if !order.isEmpty { _ = build(order.startIndex..<order.endIndex) }
    }

    private mutating func build(_ range: Range<Int>) -> Int {
        var low = [Double](repeating: .infinity, count: width)
        var high = [Double](repeating: -.infinity, count: width)
        var leastRow = Int.max
        for place in range {
            let row = order[place]
            leastRow = min(leastRow, row)
            for column in 0..<width {
                let value = points[row * width + column]
                low[column] = min(low[column], value)
                high[column] = max(high[column], value)
            }
        }
        let index = nodes.count
        nodes.append(Node(range: range, leastRow: leastRow, children: nil))
        boxes += low + high
        guard range.count > Self.leafSize else { return index }
        // The widest side is halved; rows of one value are parted by their number.
        let column = (0..<width).max { high[$0] - low[$0] < high[$1] - low[$1] } ?? 0
        order[range].sort { (points[$0 * width + column], $0) < (points[$1 * width + column], $1) }
        let middle = range.lowerBound + range.count / 2
        let left = build(range.lowerBound..<middle)
        let right = build(middle..<range.upperBound)
        nodes[index].children = (left, right)
        return index
    }

    /// The `count` nearest rows of `row`, itself among them, into `nearest`, the nearest first.
    ///
    /// - Precondition: there are at least `count` rows.
    package func find(_ count: Int, nearestTo row: Int, into nearest: inout [Int], distances: inout [Double]) {
        nearest.removeAll(keepingCapacity: true)
        distances.removeAll(keepingCapacity: true)
        visit(0, boxDistance(0, row), count, row, &nearest, &distances)
    }

    private func visit(
        _ index: Int, _ bound: Double, _ count: Int, _ row: Int, _ nearest: inout [Int], _ distances: inout [Double]
    ) {
        let node = nodes[index]
        if nearest.count == count, let worst = distances.last, let last = nearest.last,
            (worst, last) <= (bound, node.leastRow)
        {
            return
        }
        guard let (left, right) = node.children else {
            for place in node.range { offer(order[place], count, row, &nearest, &distances) }
            return
        }
        let (first, second) = (boxDistance(left, row), boxDistance(right, row))
        if (second, nodes[right].leastRow) < (first, nodes[left].leastRow) {
            visit(right, second, count, row, &nearest, &distances)
            visit(left, first, count, row, &nearest, &distances)
        } else {
            visit(left, first, count, row, &nearest, &distances)
            visit(right, second, count, row, &nearest, &distances)
        }
    }

    private func offer(_ other: Int, _ count: Int, _ row: Int, _ nearest: inout [Int], _ distances: inout [Double]) {
        var distance = 0.0
        for column in 0..<width {
            let gap = points[row &* width &+ column] - points[other &* width &+ column]
            distance += gap * gap
        }
        if nearest.count == count {
            guard let worst = distances.last, let last = nearest.last, (distance, other) < (worst, last) else { return }
            nearest.removeLast()
            distances.removeLast()
        }
        var place = nearest.count
        while place > 0, (distance, other) < (distances[place - 1], nearest[place - 1]) { place -= 1 }
        nearest.insert(other, at: place)
        distances.insert(distance, at: place)
    }

    /// The squared distance from a row to the nearest place of a node's box.
    private func boxDistance(_ index: Int, _ row: Int) -> Double {
        var distance = 0.0
        let base = 2 * width * index
        for column in 0..<width {
            let value = points[row &* width &+ column]
            let (low, high) = (boxes[base &+ column], boxes[base &+ width &+ column])
            let gap = value < low ? low - value : value > high ? value - high : 0
            distance += gap * gap
        }
        return distance
    }
}
