import Testing

@testable import AssayModels

/// Goal: a row has the same bits however many are scored with it, and an ensemble without features is a number.
struct TreeScorerTests {
    @Test(arguments: [1, 3, 8, 31, 32, 33, 300])
    func aLeafAlone(_ rows: Int) throws {
        let ensemble = try TreeEnsemble(
            featureCount: 0, nodes: [.leaf(cover: 1, content: 0)], trees: [TreeEnsemble.Tree(root: 0, score: 0)], leaves: [0.25], base: [1],
            comparesInFloat: false)
        let scores = TreeScorer(ensemble).scores(FeatureMatrix(rowCount: rows, featureCount: 0, values: []))
        #expect(scores == [[Double](repeating: 1.25, count: rows)])
    }

    /// A split, walked in few rows and asked in many; values on the threshold, beside it, beyond all and missing.
    @Test(arguments: [true, false], [1, 2])
    func theSameAloneAndInATable(_ missingGoesLeft: Bool, _ threads: Int) throws {
        let ensemble = try TreeEnsemble(
            featureCount: 1,
            nodes: [
                TreeEnsemble.Node(feature: 0, left: 1, right: 2, missingGoesLeft: missingGoesLeft, threshold: 0.5, cover: 2),
                .leaf(cover: 1, content: 0), .leaf(cover: 1, content: 1),
            ], trees: [TreeEnsemble.Tree(root: 0, score: 0)], leaves: [1, 2], base: [0.125], comparesInFloat: false)
        let kinds = [0.5, 0.5.nextUp, 0.5.nextDown, .infinity, -.infinity, .nan, -0.0]
        let values = (0..<700).map { kinds[$0 % kinds.count] }
        let scorer = TreeScorer(ensemble)
        let together = scorer.scores(FeatureMatrix(rowCount: values.count, featureCount: 1, values: values), threads: threads)[0]
        for (row, value) in values.enumerated() {
            let isLeft = value.isNaN ? missingGoesLeft : value <= 0.5
            #expect(together[row] == (isLeft ? 1.125 : 2.125))
            #expect(scorer.scores(FeatureMatrix(rowCount: 1, featureCount: 1, values: [value]))[0] == [together[row]])
        }
    }

    /// Knuth's linear congruential generator, its better half.
    private struct Draws {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
    }

    /// Trees small and large, so few thresholds of a feature that their ranks have 8 bits and so many that one run does not hold them, values that are
    /// missing, infinite, on thresholds: every row as a walk down each tree has it, alone and in a table.
    @Test(arguments: [(trees: 3, depth: 3, features: 40), (40, 4, 2), (300, 5, 3), (20, 9, 5)], [0.0, 0.2])
    func asEachTreeIsWalked(_ shape: (trees: Int, depth: Int, features: Int), _ missing: Double) throws {
        var random = Draws(state: UInt64(shape.trees * 7 + shape.features))
        var nodes: [TreeEnsemble.Node] = []
        var leaves: [Double] = []
        func grow(_ depth: Int) -> Int32 {
            let place = Int32(nodes.count)
            guard depth > 0, random.next() % 10 != 0 else {
                nodes.append(.leaf(cover: 1, content: Int32(leaves.count)))
                leaves.append(Double(random.next() % 2000) / 7 - 140)
                return place
            }
            nodes.append(.leaf(cover: 1, content: 0))
            let feature = Int32(random.next() % UInt64(shape.features))
            let threshold = Double(random.next() % 997) / 10
            let goesLeft = random.next() % 2 == 0
            let (left, right) = (grow(depth - 1), grow(depth - 1))
            nodes[Int(place)] = TreeEnsemble.Node(
                feature: feature, left: left, right: right, missingGoesLeft: goesLeft, threshold: threshold, cover: 1)
            return place
        }
        let trees = (0..<shape.trees).map { _ in TreeEnsemble.Tree(root: grow(shape.depth), score: 0) }
        let ensemble = try TreeEnsemble(
            featureCount: shape.features, nodes: nodes, trees: trees, leaves: leaves, base: [0.5], comparesInFloat: false)
        let rows = 301
        let values = (0..<(rows * shape.features)).map { _ -> Double in
            let draw = random.next()
            if Double(draw % 1000) / 1000 < missing { return .nan }
            if draw % 97 == 0 { return draw % 2 == 0 ? .infinity : -.infinity }
            return Double(random.next() % 997) / 10 + (draw % 3 == 0 ? 0.05 : 0)
        }
        let scorer = TreeScorer(ensemble)
        let matrix = FeatureMatrix(rowCount: rows, featureCount: shape.features, values: values)
        let together = scorer.scores(matrix)[0]
        for row in 0..<rows {
            let own = (0..<shape.features).map { matrix[row: row, feature: $0] }
            var sum = 0.5
            for tree in trees { sum += leaves[Int(own.withUnsafeBufferPointer { ensemble.leaf(of: tree, $0.baseAddress!) }.content)] }
            #expect(together[row] == sum)
            #expect(scorer.scores(FeatureMatrix(rowCount: 1, featureCount: shape.features, values: own))[0] == [sum])
        }
        #expect(scorer.scores(matrix, threads: 2)[0] == together)
    }
}
