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
}
