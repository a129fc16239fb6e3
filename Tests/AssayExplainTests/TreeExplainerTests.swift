import AssayExplain
import AssayModels
import AssayTerms
import Testing

/// Goal: attributions of trees are Shapley values.
/// Method: random trees of many shapes, with features that come again on a way, missing values, categories and empty nodes, against the definition:
/// every subset of features, with the expected answer followed by hand.
@Suite struct TreeExplainerTests {
    struct Draw: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }

        mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
        mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
    }

    /// A forest over `features` columns, the last of them categories.
    static func forest(_ draw: inout Draw, features: Int, depth: Int, trees: Int, scores: Int, isVector: Bool) throws -> TreeEnsemble {
        var nodes: [TreeEnsemble.Node] = []
        var leaves: [Double] = []
        var categories: [TreeEnsemble.Categories] = []
        func grow(_ level: Int, _ cover: Double, _ draw: inout Draw) -> Int32 {
            if level == 0 || (level < depth && draw.below(8) == 0) || cover < 1 {
                nodes.append(.leaf(cover: cover, content: Int32(leaves.count)))
                for _ in 0..<(isVector ? scores : 1) { leaves.append(draw.unit() * 4 - 2) }
                return Int32(nodes.count - 1)
            }
            let feature = draw.below(features)
            // Some nodes have a child that no training row came to.
            let share = draw.below(12) == 0 ? 0 : draw.unit()
            let left = grow(level - 1, cover * share, &draw)
            let right = grow(level - 1, cover * (1 - share), &draw)
            var content: Int32 = -1
            if feature == features - 1 {
                content = Int32(categories.count)
                categories.append(TreeEnsemble.Categories(words: [draw.next()], otherGoesLeft: draw.below(2) == 0))
            }
            nodes.append(
                TreeEnsemble.Node(
                    feature: Int32(feature), left: left, right: right, missingGoesLeft: draw.below(2) == 0,
                    threshold: Double(draw.below(9)) / 4 - 1, cover: cover, content: content))
            return Int32(nodes.count - 1)
        }
        let roots = (0..<trees).map { TreeEnsemble.Tree(root: grow(depth, 1000, &draw), score: isVector ? -1 : Int32($0 % scores)) }
        return try TreeEnsemble(
            featureCount: features, nodes: nodes, trees: roots, leaves: leaves, categories: categories,
            base: (0..<scores).map { Double($0) / 2 }, comparesInFloat: false)
    }

    static func rows(_ draw: inout Draw, count: Int, features: Int) -> FeatureMatrix {
        var values: [Double] = []
        for feature in 0..<features {
            for _ in 0..<count {
                let isMissing = draw.below(10) == 0
                values.append(isMissing ? .nan : feature == features - 1 ? Double(draw.below(70)) : Double(draw.below(11)) / 4 - 1.25)
            }
        }
        return FeatureMatrix(rowCount: count, featureCount: features, values: values)
    }

    /// The tree's answer when the features of `subset` are the row's and of the others only the covers are known.
    static func expected(_ ensemble: TreeEnsemble, _ place: Int32, _ row: [Double], _ subset: Int, _ offset: Int) -> Double {
        let node = ensemble.nodes[Int(place)]
        if node.isLeaf { return ensemble.leaves[Int(node.content) + offset] }
        if subset >> Int(node.feature) & 1 == 1 {
            return expected(ensemble, ensemble.goesLeft(row[Int(node.feature)], at: node) ? node.left : node.right, row, subset, offset)
        }
        guard node.cover > 0 else { return 0 }
        let (left, right) = (ensemble.nodes[Int(node.left)].cover, ensemble.nodes[Int(node.right)].cover)
        return (left > 0 ? left / node.cover * expected(ensemble, node.left, row, subset, offset) : 0)
            + (right > 0 ? right / node.cover * expected(ensemble, node.right, row, subset, offset) : 0)
    }

    static func answer(_ ensemble: TreeEnsemble, _ row: [Double], score: Int, subset: Int? = nil) -> Double {
        var sum = ensemble.base[score]
        for tree in ensemble.trees where tree.score < 0 || Int(tree.score) == score {
            let offset = tree.score < 0 ? score : 0
            sum += expected(ensemble, tree.root, row, subset ?? (1 << ensemble.featureCount) - 1, offset)
        }
        return sum
    }

    static func shapley(_ values: [Double], _ players: Int) -> [Double] {
        var factorials = [1.0]
        for n in 1...players { factorials.append(factorials[n - 1] * Double(n)) }
        return (0..<players).map { player in
            var sum = 0.0
            for subset in values.indices where subset >> player & 1 == 0 {
                let size = subset.nonzeroBitCount
                sum += factorials[size] * factorials[players - size - 1] / factorials[players] * (values[subset | 1 << player] - values[subset])
            }
            return sum
        }
    }

    struct Shape: CustomTestStringConvertible, Sendable {
        let features: Int
        let depth: Int
        let trees: Int
        let scores: Int
        let isVector: Bool
        var tables = 512 << 20
        var testDescription: String { "\(trees) × \(depth) over \(features), \(scores) scores, tables \(tables)" }
    }

    static let shapes = [
        Shape(features: 1, depth: 0, trees: 1, scores: 1, isVector: false), Shape(features: 2, depth: 1, trees: 3, scores: 1, isVector: false),
        Shape(features: 5, depth: 3, trees: 4, scores: 2, isVector: false), Shape(features: 6, depth: 6, trees: 3, scores: 1, isVector: false),
        Shape(features: 4, depth: 9, trees: 2, scores: 3, isVector: true), Shape(features: 8, depth: 5, trees: 5, scores: 2, isVector: true),
        // No room for tables: every tree is walked.
        Shape(features: 5, depth: 5, trees: 3, scores: 2, isVector: true, tables: 0),
        Shape(features: 7, depth: 7, trees: 2, scores: 1, isVector: false, tables: 0),
        Shape(features: 3, depth: 10, trees: 1, scores: 2, isVector: false, tables: 0),
        // More features on a way than a table takes.
        Shape(features: 12, depth: 12, trees: 1, scores: 1, isVector: false),
    ]

    @Test(arguments: shapes) func pathDependent(_ shape: Shape) throws {
        for seed in 0..<8 {
            var draw = Draw(state: UInt64(seed))
            let ensemble = try Self.forest(
                &draw, features: shape.features, depth: shape.depth, trees: shape.trees, scores: shape.scores, isVector: shape.isVector)
            let matrix = Self.rows(&draw, count: 11, features: shape.features)
            let explained = Array(0..<shape.scores)
            let explainer = try TreeExplainer(ensemble, explained: explained, reference: .covers, tableByteLimit: shape.tables)
            let got = explainer.attributions(matrix, rows: 0..<11)
            for row in 0..<(shape.features > 8 ? 2 : 11) {
                let values = (0..<shape.features).map { matrix[row: row, feature: $0] }
                for score in explained {
                    let game = (0..<(1 << shape.features)).map { Self.answer(ensemble, values, score: score, subset: $0) }
                    let wanted = Self.shapley(game, shape.features)
                    #expect(abs(explainer.baseValues[score] - game[0]) < 1e-11)
                    for feature in wanted.indices {
                        let value = got[(row * shape.scores + score) * shape.features + feature]
                        #expect(abs(value - wanted[feature]) < 1e-11, "seed \(seed) row \(row) score \(score) feature \(feature)")
                    }
                }
            }
        }
    }

    @Test(arguments: shapes) func interventional(_ shape: Shape) throws {
        for seed in 100..<106 {
            var draw = Draw(state: UInt64(seed))
            let ensemble = try Self.forest(
                &draw, features: shape.features, depth: shape.depth, trees: shape.trees, scores: shape.scores, isVector: shape.isVector)
            let matrix = Self.rows(&draw, count: 9, features: shape.features)
            let background = Self.rows(&draw, count: 6, features: shape.features)
            let explained = Array(0..<shape.scores)
            let explainer = try TreeExplainer(ensemble, explained: explained, reference: .background(background), tableByteLimit: shape.tables)
            let got = explainer.attributions(matrix, rows: 0..<9)
            for row in 0..<(shape.features > 8 ? 1 : 9) {
                for score in explained {
                    let game = (0..<(1 << shape.features)).map { subset in
                        var sum = 0.0
                        for other in 0..<6 {
                            let mixed = (0..<shape.features).map {
                                subset >> $0 & 1 == 1 ? matrix[row: row, feature: $0] : background[row: other, feature: $0]
                            }
                            sum += Self.answer(ensemble, mixed, score: score)
                        }
                        return sum / 6
                    }
                    let wanted = Self.shapley(game, shape.features)
                    #expect(abs(explainer.baseValues[score] - game[0]) < 1e-11)
                    for feature in wanted.indices {
                        let value = got[(row * shape.scores + score) * shape.features + feature]
                        #expect(abs(value - wanted[feature]) < 1e-11, "seed \(seed) row \(row) score \(score) feature \(feature)")
                    }
                }
            }
        }
    }

    @Test func theSameRowHasTheSameBitsAloneAndInATable() throws {
        var draw = Draw(state: 7)
        for tables in [512 << 20, 0] {
            let ensemble = try Self.forest(&draw, features: 7, depth: 6, trees: 9, scores: 2, isVector: false)
            let matrix = Self.rows(&draw, count: 1_100, features: 7)
            let explainer = try TreeExplainer(ensemble, explained: [0, 1], reference: .covers, tableByteLimit: tables)
            let all = explainer.attributions(matrix, rows: 0..<1_100)
            for row in [0, 7, 8, 511, 512, 513, 1_023, 1_099] {
                #expect(explainer.attributions(matrix, rows: row..<(row + 1)) == Array(all[(row * 14)..<((row + 1) * 14)]))
            }
        }
    }

    /// A chain thirty nodes deep, where shap's attributions do not add up (shap issue 3267): the sum must be the answer's.
    @Test func addsUpAtDepthThirty() throws {
        var draw = Draw(state: 3)
        var nodes: [TreeEnsemble.Node] = [.leaf(cover: 1, content: 0)]
        var leaves = [3.0]
        for level in 0..<40 {
            let below = Int32(nodes.count - 1)
            leaves.append(draw.unit() * 100)
            nodes.append(.leaf(cover: 1, content: Int32(level + 1)))
            nodes.append(
                TreeEnsemble.Node(
                    feature: Int32(level % 35), left: Int32(nodes.count - 1), right: below,
                    missingGoesLeft: false, threshold: draw.unit(), cover: Double(level + 2)))
        }
        let ensemble = try TreeEnsemble(
            featureCount: 35, nodes: nodes, trees: [TreeEnsemble.Tree(root: Int32(nodes.count - 1), score: 0)], leaves: leaves, base: [0],
            comparesInFloat: false)
        var values: [Double] = []
        for _ in 0..<(35 * 50) { values.append(draw.unit()) }
        let matrix = FeatureMatrix(rowCount: 50, featureCount: 35, values: values)
        for reference in [TreeExplainer.Reference.covers, .background(FeatureMatrix(rowCount: 2, featureCount: 35, values: values.suffix(70)))] {
            let explainer = try TreeExplainer(ensemble, explained: [0], reference: reference)
            let got = explainer.attributions(matrix, rows: 0..<50)
            for row in 0..<50 {
                var sum = explainer.baseValues[0]
                for feature in 0..<35 { sum += got[row * 35 + feature] }
                let leaf = ensemble.leaf(of: ensemble.trees[0], (0..<35).map { matrix[row: row, feature: $0] })
                #expect(abs(sum - ensemble.leaves[Int(leaf.content)]) < 1e-11)
            }
        }
    }
}
