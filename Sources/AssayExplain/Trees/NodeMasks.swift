import AssayModels

/// Which of eight rows go left at each inner node of one tree.
struct NodeMasks {
    typealias Lanes = SIMD8<Int16>

    /// How a node is asked.
    struct Test: Sendable {
        let feature: Int
        /// The threshold's rank; unused with categories.
        let rank: Int16
        let missingGoesLeft: Bool
        /// The place of the node's categories; -1 for none.
        let categories: Int

        /// - Parameter thresholds: by feature, of the group of trees that rows are coded for.
        init(_ node: TreeEnsemble.Node, _ thresholds: [[Double]]) {
            feature = Int(node.feature)
            rank = node.isCategorical ? 0 : Int16(RankCodes.rank(of: node.threshold, in: thresholds[Int(node.feature)]))
            missingGoesLeft = node.missingGoesLeft
            categories = node.isCategorical ? Int(node.content) : -1
        }
    }

    /// All bits set in the lanes of rows that go left.
    @inline(__always) static func left(
        _ test: Test, codes: UnsafePointer<Int16>, stride: Int, group: Int, ensemble: TreeEnsemble, matrix: FeatureMatrix, first: Int
    ) -> Lanes {
        if test.categories >= 0 { return categorical(test, ensemble, matrix, first + group * 8) }
        let values = UnsafeRawPointer(codes + test.feature * stride + group * 8).loadUnaligned(as: Lanes.self)
        // Vectors on both sides: with a scalar Swift's operators go lane by lane.
        var isLeft = values .<= Lanes(repeating: test.rank)
        if test.missingGoesLeft { isLeft = isLeft .| (values .== Lanes(repeating: RankCodes.missing)) }
        return unsafeBitCast(isLeft, to: Lanes.self)
    }

    private static func categorical(_ test: Test, _ ensemble: TreeEnsemble, _ matrix: FeatureMatrix, _ first: Int) -> Lanes {
        var lanes = Lanes(repeating: 0)
        for lane in 0..<8 where first + lane < matrix.rowCount {
            let value = matrix[row: first + lane, feature: test.feature]
            let isLeft = value.isNaN ? test.missingGoesLeft : ensemble.categories[test.categories].contains(value)
            if isLeft { lanes[lane] = -1 }
        }
        return lanes
    }
}
