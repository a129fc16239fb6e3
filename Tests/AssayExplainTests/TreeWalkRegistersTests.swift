import CTreeWalk
import Testing

/// Goal: a tree's walk has the same bits whatever registers the processor has.
/// Method: random edges, factors and rows, by the registers that there are, by those that each processor has, and number by number from the
/// definition, in every count of points and outputs that has a loop of its own and in others.
@Suite struct TreeWalkRegistersTests {
    private typealias Draw = TreeExplainerTests.Draw

    @Test(arguments: [4, 8, 12, 16, 20], [1, 3]) func theBitsAreTheNarrowOnes(points: Int, outputs: Int) {
        var draw = Draw(state: UInt64(points * 10 + outputs))
        for _ in 0..<20 {
            let players = 1 + draw.below(12)
            let tests = 1 + draw.below(40)
            var inner: [AssayTreeEdge] = []
            func edge(above count: Int, _ draw: inout Draw) -> AssayTreeEdge {
                let parent = count == 0 ? 0 : draw.below(count + 1)
                let player = Int32(draw.below(players))
                var previous = parent
                while previous > 0, inner[previous - 1].player != player { previous = Int(inner[previous - 1].parent) }
                return AssayTreeEdge(condition: Int32(draw.below(tests * 2)), parent: Int32(parent), previous: Int32(previous), player: player)
            }
            for number in 0..<draw.below(60) { inner.append(edge(above: number, &draw)) }
            let outer = (0..<1 + draw.below(60)).map { _ in edge(above: inner.count, &draw) }
            let size = (inner.count + outer.count) * 3 * points
            let factors = (0..<size).map { _ in draw.unit() * 2 }
            let weights = (0..<(inner.count + outer.count) * 2 * points).map { _ in draw.unit() - 0.5 } + [Double](repeating: 0, count: points)
            let leaves = (0..<outer.count * outputs).map { _ in draw.unit() * 8 - 4 }
            let masks: [Int16] = (0..<tests * 8).map { _ in draw.below(2) == 0 ? 0 : -1 }
            let rows = 1 + draw.below(8)
            inner.withUnsafeBufferPointer { inner in
                outer.withUnsafeBufferPointer { outer in
                    factors.withUnsafeBufferPointer { factors in
                        weights.withUnsafeBufferPointer { weights in
                            leaves.withUnsafeBufferPointer { leaves in
                                var walk = AssayTreeWalk(
                                    inner: inner.baseAddress, inner_count: inner.count, outer: outer.baseAddress, outer_count: outer.count,
                                    point_count: points, output_count: outputs, factors: factors.baseAddress, weights: weights.baseAddress,
                                    leaves: leaves.baseAddress)
                                var wide = [Double](repeating: 0.25, count: rows * outputs * players)
                                var narrow = wide
                                // Whatever the scratch holds.
                                var scratch = [Double](repeating: .nan, count: assay_tree_walk_scratch(&walk))
                                assay_tree_walk_add(&walk, masks, rows, &wide, outputs * players, players, &scratch)
                                assay_tree_walk_add_narrow(&walk, masks, rows, &narrow, outputs * players, players, &scratch)
                                #expect(wide.map(\.bitPattern) == narrow.map(\.bitPattern))
                                let plain = Self.plain(walk, masks, rows, players)
                                #expect(zip(wide, plain).allSatisfy { abs($0 - 0.25 - $1) <= 1e-9 * (1 + abs($1)) })
                                #expect(plain.contains { $0 != 0 })
                            }
                        }
                    }
                }
            }
        }
    }

    /// Each leaf by itself: what its way multiplies up to at each point, and of each of its edges the part.
    private static func plain(_ walk: AssayTreeWalk, _ masks: [Int16], _ rows: Int, _ players: Int) -> [Double] {
        let (points, outputs) = (walk.point_count, walk.output_count)
        var sums = [Double](repeating: 0, count: rows * outputs * players)
        for row in 0..<rows {
            func isMet(_ edge: AssayTreeEdge) -> Bool { (masks[Int(edge.condition >> 1) * 8 + row] != 0) == (edge.condition & 1 == 1) }
            func state(_ edge: AssayTreeEdge) -> Int {
                var above = edge.previous
                while above > 0 {
                    if !isMet(walk.inner[Int(above) - 1]) { return 2 }
                    above = walk.inner[Int(above) - 1].previous
                }
                return isMet(edge) ? 0 : 1
            }
            for leaf in 0..<walk.outer_count {
                var way: [(edge: AssayTreeEdge, place: Int)] = [(walk.outer[leaf], walk.inner_count + leaf)]
                while let parent = way.last?.edge.parent, parent > 0 { way.append((walk.inner[Int(parent) - 1], Int(parent) - 1)) }
                for point in 0..<points {
                    let product = way.reduce(1) { $0 * walk.factors[($1.place * 3 + state($1.edge)) * points + point] }
                    for (edge, place) in way where state(edge) < 2 {
                        let weight = walk.weights[(place * 2 + state(edge)) * points + point]
                        for output in 0..<outputs {
                            sums[(row * outputs + output) * players + Int(edge.player)] += product * walk.leaves[leaf * outputs + output] * weight
                        }
                    }
                }
            }
        }
        return sums
    }
}
