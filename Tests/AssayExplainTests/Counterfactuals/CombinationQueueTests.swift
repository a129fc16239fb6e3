import Testing

@testable import AssayExplain

/// Goal: every combination of every set comes once, the nearest first, and of equal ones in one order.
struct CombinationQueueTests {
    private static let distances: [[Double]] = [[0.5, 1, 1, 4], [0.25, 3], [1, 1.5, 2], [0.5]]

    private struct Taken: Hashable {
        var root: Int
        var candidates: [Int]
    }

    private static let sets: [[[Int]]] = [[[0]], [[0], [1], [2]], [[0, 1], [0, 2], [1, 2], [2, 3]], [[0, 1, 2], [1, 2, 3]], []]

    @Test(arguments: sets)
    func allComeOnceAndInOrder(roots: [[Int]]) {
        var queue = CombinationQueue(distances: Self.distances, roots: roots)
        var taken: [Taken] = []
        while let next = queue.next() { taken.append(Taken(root: next.root, candidates: next.candidates)) }
        let all = roots.reduce(0) { $0 + $1.reduce(1) { $0 * Self.distances[$1].count } }
        #expect(taken.count == all && Set(taken).count == all)
        let lengths = taken.map { one in zip(roots[one.root], one.candidates).reduce(0) { $0 + Self.distances[$1.0][$1.1] } }
        #expect(lengths == lengths.sorted())
        for (one, other) in zip(zip(taken, lengths), zip(taken, lengths).dropFirst()) where one.1 == other.1 {
            #expect(one.0.root < other.0.root || (one.0.root == other.0.root && one.0.candidates.lexicographicallyPrecedes(other.0.candidates)))
        }
    }

    @Test func aClosedSetIsLeftOut() {
        var queue = CombinationQueue(distances: Self.distances, roots: [[0], [2]])
        let first = queue.next()
        #expect(first?.root == 0 && first?.candidates == [0])
        queue.close(root: 0)
        var rest: [Int] = []
        while let next = queue.next() { rest.append(next.root) }
        #expect(rest == [1, 1, 1])
    }

    /// What a person is told lies on the side of the threshold it stands for, and is short.
    @Test(arguments: [0.0, 1, -1, 0.1, 1.0 / 3, 3000.5, -2.999_999_9, 123_456_789, 1e-7, -1e15, 0.30000001192092896, Double.leastNonzeroMagnitude, 1e300])
    func sidesOfAThreshold(threshold: Double) {
        let sides = TreeThresholds().sides(threshold)
        #expect(sides.below <= threshold && sides.above > threshold && sides.above.isFinite && sides.below.isFinite)
        guard threshold.magnitude > 1e-3, threshold.magnitude < 1e9 else { return }
        #expect(sides.above - sides.below <= threshold.magnitude * 3e-5)
        #expect("\(sides.above)".count <= 13 && "\(sides.below)".count <= 13, "\(sides)")
    }
}
