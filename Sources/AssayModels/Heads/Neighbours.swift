package import AssayTerms
import Glibc

/// How far two rows are from each other.
package enum RowDistance: Hashable, Sendable {
    case euclidean, manhattan, chebyshev
    case minkowski(Double)

    /// A number in the order of distances, which costs less: without the root.
    func reduced(_ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>, _ count: Int) -> Double {
        var sum = 0.0
        for place in 0..<count {
            let gap = left[place] - right[place]
            switch self {
            case .euclidean: sum += gap * gap
            case .manhattan: sum += gap.magnitude
            case .chebyshev: sum = max(sum, gap.magnitude)
            case .minkowski(let power): sum += pow(gap.magnitude, power)
            }
        }
        return sum
    }

    func distance(ofReduced value: Double) -> Double {
        switch self {
        case .euclidean: value.squareRoot()
        case .manhattan, .chebyshev: value
        case .minkowski(let power): pow(value, 1 / power)
        }
    }

    func reduced(ofDistance value: Double) -> Double {
        switch self {
        case .euclidean: value * value
        case .manhattan, .chebyshev: value
        case .minkowski(let power): pow(value, power)
        }
    }
}

/// The nearest rows kept so far: the farthest stands first, and one that is as far does not come in its place.
///
/// - Source: scikit-learn 1.9, `sklearn/utils/_heap.pyx`, `heap_push`.
struct NearestHeap {
    private(set) var values: [Double]
    private(set) var places: [Int]

    init(count: Int) {
        values = [Double](repeating: .infinity, count: count)
        places = [Int](repeating: 0, count: count)
    }

    var largest: Double { values[0] }

    mutating func push(_ value: Double, _ place: Int) {
        guard value < values[0] else { return }
        var current = 0
        let count = values.count
        values[0] = value
        places[0] = place
        while true {
            let (left, right) = (2 * current + 1, 2 * current + 2)
            var next: Int
            if left >= count { break }
            if right >= count {
                guard values[left] > value else { break }
                next = left
            } else if values[left] >= values[right] {
                guard value < values[left] else { break }
                next = left
            } else {
                guard value < values[right] else { break }
                next = right
            }
            values[current] = values[next]
            places[current] = places[next]
            current = next
        }
        values[current] = value
        places[current] = place
    }
}

/// A tree of boxes or balls over rows, walked as the library walks it: of rows as far as each other the same ones are found.
///
/// - Source: scikit-learn 1.9, `sklearn/neighbors/_binary_tree.pxi.tp`, `_query_single_depthfirst`; `_kd_tree.pyx.tp` and `_ball_tree.pyx.tp`, `min_rdist`.
package struct NeighbourTree: Sendable {
    package enum Kind: Sendable {
        /// Lower and upper bounds of each node.
        case boxes(lower: [Double], upper: [Double])
        case balls(centres: [Double], radii: [Double])
    }

    package struct Node: Sendable {
        package let start: Int
        package let end: Int
        package let isLeaf: Bool

        package init(start: Int, end: Int, isLeaf: Bool) {
            self.start = start
            self.end = end
            self.isLeaf = isLeaf
        }
    }

    let kind: Kind
    let nodes: [Node]
    let order: [Int]

    /// - Throws: `.unreadable` where a node names rows or children that are not there.
    package init(kind: Kind, nodes: [Node], order: [Int], rowCount: Int, width: Int) throws(AssayError) {
        let bounds: Bool =
            switch kind {
            case .boxes(let lower, let upper): lower.count == nodes.count * width && upper.count == nodes.count * width
            case .balls(let centres, let radii): centres.count == nodes.count * width && radii.count == nodes.count
            }
        guard bounds, !nodes.isEmpty, order.count == rowCount, order.allSatisfy({ (0..<rowCount).contains($0) }) else {
            throw AssayError(.unreadable, "a tree of neighbours has other bounds than nodes, or rows that are not there")
        }
        for (place, node) in nodes.enumerated() {
            guard node.start >= 0, node.start <= node.end, node.end <= rowCount, node.isLeaf || 2 * place + 2 < nodes.count else {
                throw AssayError(.unreadable, "a tree of neighbours has a node without its rows or children")
            }
        }
        self.kind = kind
        self.nodes = nodes
        self.order = order
    }

    private func bound(_ node: Int, _ row: UnsafePointer<Double>, _ width: Int, _ metric: RowDistance) -> Double {
        switch kind {
        case .boxes(let lower, let upper):
            var sum = 0.0
            for place in 0..<width {
                let low = lower[node * width + place] - row[place]
                let high = row[place] - upper[node * width + place]
                // Twice the distance to the box, halved, in the library's words.
                let gap = 0.5 * ((low + low.magnitude) + (high + high.magnitude))
                switch metric {
                case .euclidean: sum += pow(gap, 2)
                case .manhattan: sum += gap
                case .chebyshev: sum = max(sum, gap)
                case .minkowski(let power): sum += pow(gap, power)
                }
            }
            return sum
        case .balls(let centres, let radii):
            let distance = centres.withUnsafeBufferPointer { centres -> Double in
                guard let base = centres.baseAddress else { return 0 }
                return metric.distance(ofReduced: metric.reduced(row, base + node * width, width))
            }
            return metric.reduced(ofDistance: max(0, distance - radii[node]))
        }
    }

    func nearest(_ row: UnsafePointer<Double>, _ data: UnsafePointer<Double>, _ width: Int, _ metric: RowDistance, into heap: inout NearestHeap) {
        var open: [(node: Int, bound: Double)] = [(0, bound(0, row, width, metric))]
        while let (place, least) = open.popLast() {
            guard least <= heap.largest else { continue }
            let node = nodes[place]
            if node.isLeaf {
                for position in node.start..<node.end {
                    let other = order[position]
                    heap.push(metric.reduced(row, data + other * width, width), other)
                }
                continue
            }
            let (first, second) = (2 * place + 1, 2 * place + 2)
            let (near, far) = (bound(first, row, width, metric), bound(second, row, width, metric))
            if near <= far {
                open.append((second, far))
                open.append((first, near))
            } else {
                open.append((first, near))
                open.append((second, far))
            }
        }
    }
}
