/// A small tree as a list of questions that are all asked, of 32 rows at once, so that no row's way has to be guessed.
///
/// Questions stand children first. Each leaves, for every row, the number of the leaf that its subtree has for it: of the left child's where the answer is
/// yes, else of the right child's. The last one's is the tree's.
///
/// - Complexity: for 32 rows, nodes × about eight instructions a register of rows.
/// - Source: in the manner of Lucchese et al., QuickScorer (2015), and Ye et al., RapidScorer (2018), with numbers of leaves in place of
///   their bit vectors.
struct TreeProgram: Sendable {
    /// One register; wider vectors are worked through lane by lane.
    typealias Lanes = SIMD8<Int16>
    private static let registers = RankCodes.lanes / Lanes.scalarCount

    private struct Question {
        /// Where the feature's codes begin, in strides.
        var feature: Int32
        /// Left where the code is at most this.
        var rank: Int16
        /// Places of what is reached: leaves by number, then questions.
        var left: Int32
        var right: Int32
        var missingGoesLeft: Bool
        /// The place of its categories; -1 for none.
        var categories: Int32
    }

    private let questions: [Question]
    /// Leaves by number, one value each or one for each score.
    private let values: [Double]
    private let score: Int
    private let leafCount: Int

    /// - Returns: `nil` for a tree with more inner nodes than the limit.
    init?(_ ensemble: TreeEnsemble, _ tree: TreeEnsemble.Tree, thresholds: [[Double]], limit: Int) {
        precondition(limit < Int(Int16.max), "questions are numbered by 16 bits")
        score = Int(tree.score)
        let width = tree.score < 0 ? ensemble.scoreCount : 1
        // Parents first; turned round, children stand before them.
        var order: [Int32] = []
        var places: [Int32: Int] = [:]
        var values: [Double] = []
        var leaves: [Int32: Int] = [:]
        var open = [tree.root]
        while let place = open.popLast() {
            let node = ensemble.nodes[Int(place)]
            guard !node.isLeaf else {
                leaves[place] = leaves.count
                values += ensemble.leaves[Int(node.content)..<(Int(node.content) + width)]
                continue
            }
            guard order.count < limit else { return nil }
            order.append(place)
            open.append(node.right)
            open.append(node.left)
        }
        for (place, node) in order.reversed().enumerated() { places[node] = place }
        let leafCount = leaves.count
        func number(_ child: Int32) -> Int32 { Int32(leaves[child] ?? leafCount + (places[child] ?? 0)) }
        questions = order.reversed().map { place in
            let node = ensemble.nodes[Int(place)]
            return Question(
                feature: node.feature,
                rank: node.isCategorical ? 0 : Int16(RankCodes.rank(of: node.threshold, in: thresholds[Int(node.feature)])),
                left: number(node.left), right: number(node.right), missingGoesLeft: node.missingGoesLeft,
                categories: node.isCategorical ? node.content : -1)
        }
        self.values = values
        self.leafCount = leafCount
    }

    /// Adds the tree's leaves to the sums of the rows of `codes`, row by row, `count` scores each.
    func add(
        _ codes: RankCodes, _ matrix: FeatureMatrix, first: Int, _ ensemble: TreeEnsemble, _ sums: UnsafeMutablePointer<Double>, _ count: Int,
        inFloat: Bool
    ) {
        let registers = Self.registers
        withUnsafeTemporaryAllocation(of: Lanes.self, capacity: (leafCount + questions.count) * registers) { buffer in
            codes.codes.withUnsafeBufferPointer { codes16 in
                guard let reached = buffer.baseAddress, let start = codes16.baseAddress ?? UnsafePointer(bitPattern: 8) else { return }
                for place in 0..<(leafCount * registers) { reached[place] = Lanes(repeating: Int16(place / registers)) }
                let last = reached + (leafCount + questions.count - 1) * registers
                for group in stride(from: 0, to: codes.rowCount, by: RankCodes.lanes) {
                    ask(UnsafeRawPointer(start + group), codes, matrix, first + group, ensemble, reached)
                    add(UnsafeRawPointer(last), min(RankCodes.lanes, codes.rowCount - group), sums + group * count, count, inFloat)
                }
            }
        }
    }

    /// - Parameter codes16: the first feature's codes of these rows.
    @inline(__always) private func ask(
        _ codes16: UnsafeRawPointer, _ codes: RankCodes, _ matrix: FeatureMatrix, _ first: Int, _ ensemble: TreeEnsemble,
        _ reached: UnsafeMutablePointer<Lanes>
    ) {
        let registers = Self.registers
        let stride = codes.stride * MemoryLayout<Int16>.size
        let hasMissing = codes.hasMissing
        questions.withUnsafeBufferPointer { questions in
            var own = reached + leafCount * registers
            for question in questions {
                let left = reached + Int(question.left) * registers
                let right = reached + Int(question.right) * registers
                if question.categories >= 0 {
                    for register in 0..<registers {
                        let mask = Self.categorical(question, ensemble, matrix, first + register * Lanes.scalarCount)
                        own[register] = right[register] ^ ((left[register] ^ right[register]) & mask)
                    }
                } else {
                    let column = codes16 + Int(question.feature) * stride
                    let rank = Lanes(repeating: question.rank)
                    let missing = Lanes(repeating: hasMissing && question.missingGoesLeft ? RankCodes.missing : -1)
                    for register in 0..<registers {
                        // Vectors on both sides: with a scalar Swift's operators go lane by lane.
                        let code = column.loadUnaligned(fromByteOffset: register * MemoryLayout<Lanes>.size, as: Lanes.self)
                        let mask = unsafeBitCast((code .<= rank) .| (code .== missing), to: Lanes.self)
                        own[register] = right[register] ^ ((left[register] ^ right[register]) & mask)
                    }
                }
                own += registers
            }
        }
    }

    private static func categorical(_ question: Question, _ ensemble: TreeEnsemble, _ matrix: FeatureMatrix, _ first: Int) -> Lanes {
        var lanes = Lanes.zero
        let set = ensemble.categories[Int(question.categories)]
        for lane in 0..<Lanes.scalarCount where first + lane < matrix.rowCount {
            let value = matrix[row: first + lane, feature: Int(question.feature)]
            if value.isNaN ? question.missingGoesLeft : set.contains(value) { lanes[lane] = -1 }
        }
        return lanes
    }

    /// - Parameter ends: the numbers of the leaves that rows came to.
    @inline(__always) private func add(
        _ ends: UnsafeRawPointer, _ rows: Int, _ sums: UnsafeMutablePointer<Double>, _ count: Int, _ inFloat: Bool
    ) {
        let ends = ends.assumingMemoryBound(to: Int16.self)
        values.withUnsafeBufferPointer { values in
            if score >= 0, inFloat {
                for row in 0..<rows {
                    let sum = sums[row * count + score] + values[Int(ends[row])]
                    sums[row * count + score] = Double(Float(sum))
                }
            } else if score >= 0 {
                for row in 0..<rows { sums[row * count + score] += values[Int(ends[row])] }
            } else {
                for row in 0..<rows {
                    for score in 0..<count {
                        let sum = sums[row * count + score] + values[Int(ends[row]) * count + score]
                        sums[row * count + score] = inFloat ? Double(Float(sum)) : sum
                    }
                }
            }
        }
    }
}
