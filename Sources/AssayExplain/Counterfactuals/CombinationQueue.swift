/// Changes of given sets of variants, the nearest first.
///
/// Of each set the candidates' combinations form a lattice in which every step is farther; a heap holds its rim. A combination is reached in one way
/// alone, since only positions from the last one that was raised on are raised. Equal distances go by the sets' order, then by the candidates'.
///
/// - Complexity: O(log rim) a change; the rim grows by at most a set's size with each.
struct CombinationQueue {
    private struct Entry {
        var distance: Double
        var root: Int32
        var last: Int32
        var candidates: [Int32]

        func isBefore(_ other: Entry) -> Bool {
            if distance != other.distance { return distance < other.distance }
            if root != other.root { return root < other.root }
            return candidates.lexicographicallyPrecedes(other.candidates)
        }
    }

    private let distances: [[Double]]
    private let roots: [[Int]]
    private var heap: [Entry] = []
    private var isClosed: [Bool]

    /// - Parameters:
    ///   - distances: of each variant's candidates, ascending, at least one.
    ///   - roots: sets of variants.
    init(distances: [[Double]], roots: [[Int]]) {
        self.distances = distances
        self.roots = roots
        isClosed = [Bool](repeating: false, count: roots.count)
        for (number, root) in roots.enumerated() {
            push(number, [Int32](repeating: 0, count: root.count), last: 0)
        }
    }

    /// Of this set nothing more is wanted.
    mutating func close(root: Int) { isClosed[root] = true }

    /// `nil` where nothing is left.
    mutating func next() -> (root: Int, candidates: [Int])? {
        while let entry = pop() {
            let root = Int(entry.root)
            if isClosed[root] { continue }
            for position in Int(entry.last)..<roots[root].count where Int(entry.candidates[position]) + 1 < distances[roots[root][position]].count {
                var candidates = entry.candidates
                candidates[position] += 1
                push(root, candidates, last: position)
            }
            return (root, entry.candidates.map { Int($0) })
        }
        return nil
    }

    private mutating func push(_ root: Int, _ candidates: [Int32], last: Int) {
        var distance = 0.0
        for (variant, candidate) in zip(roots[root], candidates) { distance += distances[variant][Int(candidate)] }
        heap.append(Entry(distance: distance, root: Int32(root), last: Int32(last), candidates: candidates))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func pop() -> Entry? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child].isBefore(heap[least]) { least = child }
            guard least != parent else { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
