/// A small tree as a list of questions that are all asked, of ``RankCodes/lanes`` rows at once, so that no row's way has to be guessed.
///
/// Questions stand children first. Each leaves, for every row, the number of the leaf that its subtree has for it: of the left child's where the answer is
/// yes, else of the right child's. The last one's is the tree's.
///
/// - Complexity: nodes × about eight instructions for each register of rows.
/// - Source: in the manner of Lucchese et al., QuickScorer (2015), and Ye et al., RapidScorer (2018), with numbers of leaves in place of
///   their bit vectors.
struct TreeProgram<Codes: RowCodes>: Sendable {
    typealias Lanes = Codes.Lanes
    typealias Code = Lanes.Scalar
    private static var registers: Int { RankCodes.lanes / Lanes.scalarCount }

    private struct Question {
        /// Where the feature's codes begin, in strides.
        var feature: Int32
        /// Places of what is reached, in registers: leaves by number, then questions.
        var left: Int32
        var right: Int32
        /// The place of its categories; -1 for none.
        var categories: Int32
        /// Left where the code is at most this.
        var rank: Code
        var missingGoesLeft: Bool
    }

    private let questions: [Question]
    /// Leaves by number, one value each or one for each score.
    private let values: [Double]
    private let score: Int
    private let leafCount: Int
    private let hasCategories: Bool

    /// - Parameter rank: the code up to which rows go left at a feature's threshold.
    init(_ ensemble: TreeEnsemble, _ tree: TreeEnsemble.Tree, rank: (_ feature: Int, _ threshold: Double) -> Code) {
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
            order.append(place)
            open.append(node.right)
            open.append(node.left)
        }
        for (place, node) in order.reversed().enumerated() { places[node] = place }
        let leafCount = leaves.count
        precondition(leafCount <= Lanes.leafLimit, "a tree with more leaves than its codes can number")
        func number(_ child: Int32) -> Int32 { Int32((leaves[child] ?? leafCount + (places[child] ?? 0)) * Self.registers) }
        questions = order.reversed().map { place in
            let node = ensemble.nodes[Int(place)]
            return Question(
                feature: node.feature, left: number(node.left), right: number(node.right), categories: node.isCategorical ? node.content : -1,
                rank: node.isCategorical ? 0 : rank(Int(node.feature), node.threshold), missingGoesLeft: node.missingGoesLeft)
        }
        self.values = values
        self.leafCount = leafCount
        hasCategories = questions.contains { $0.categories >= 0 }
    }

    /// Adds the tree's leaves to the sums of the rows of `codes`, row by row, `count` scores each.
    func add(
        _ codes: Codes, _ matrix: FeatureMatrix, first: Int, _ ensemble: TreeEnsemble, _ sums: UnsafeMutablePointer<Double>, _ count: Int,
        inFloat: Bool
    ) {
        let registers = Self.registers
        withUnsafeTemporaryAllocation(of: Lanes.self, capacity: (leafCount + questions.count) * registers) { buffer in
            codes.codes.withUnsafeBufferPointer { all in
                guard let reached = buffer.baseAddress, let start = all.baseAddress ?? UnsafePointer(bitPattern: 8) else { return }
                for place in 0..<(leafCount * registers) { reached[place] = Lanes(repeating: Code(truncatingIfNeeded: place / registers)) }
                let last = reached + (leafCount + questions.count - 1) * registers
                for group in stride(from: 0, to: codes.rowCount, by: RankCodes.lanes) {
                    let own = UnsafeRawPointer(start + group)
                    if hasCategories {
                        askAll(own, codes, matrix, first + group, ensemble, reached)
                    } else if codes.hasMissing {
                        ask(own, codes.stride, reached, hasMissing: true)
                    } else {
                        ask(own, codes.stride, reached, hasMissing: false)
                    }
                    add(UnsafeRawPointer(last), min(RankCodes.lanes, codes.rowCount - group), sums + group * count, count, inFloat)
                }
            }
        }
    }

    /// Asks questions that all compare. Places were checked when the tree was made ready, so none is checked here.
    ///
    /// - Parameter start: the first feature's codes of these rows.
    @inline(__always) private func ask(
        _ start: UnsafeRawPointer, _ stride: Int, _ reached: UnsafeMutablePointer<Lanes>, hasMissing: Bool
    ) {
        let stride = stride &* MemoryLayout<Code>.size
        questions.withUnsafeBufferPointer { questions in
            var own = reached + leafCount &* Self.registers
            for question in questions {
                Self.compare(question, start + Int(question.feature) &* stride, reached, own, hasMissing: hasMissing)
                own += Self.registers
            }
        }
    }

    @inline(__always) private static func compare(
        _ question: Question, _ column: UnsafeRawPointer, _ reached: UnsafeMutablePointer<Lanes>, _ own: UnsafeMutablePointer<Lanes>, hasMissing: Bool
    ) {
        let left = reached + Int(question.left)
        let right = reached + Int(question.right)
        let rank = Lanes(repeating: question.rank)
        // Missing values are above every rank; the least code is below all, so that it goes left anyway.
        let missing = Lanes(repeating: hasMissing && question.missingGoesLeft ? Code.max : Code.min)
        for register in 0..<registers {
            let code = column.loadUnaligned(fromByteOffset: register &* MemoryLayout<Lanes>.size, as: Lanes.self)
            let goesRight = hasMissing ? Lanes.mask(code, above: rank, butNot: missing) : Lanes.mask(code, above: rank)
            own[register] = Lanes.choose(where: goesRight, right[register], left[register])
        }
    }

    /// The same where some questions are whether a value is among categories.
    private func askAll(
        _ start: UnsafeRawPointer, _ codes: Codes, _ matrix: FeatureMatrix, _ first: Int, _ ensemble: TreeEnsemble,
        _ reached: UnsafeMutablePointer<Lanes>
    ) {
        let stride = codes.stride * MemoryLayout<Code>.size
        var own = reached + leafCount * Self.registers
        for question in questions {
            if question.categories >= 0 {
                let left = reached + Int(question.left)
                let right = reached + Int(question.right)
                for register in 0..<Self.registers {
                    let mask = Self.categorical(question, ensemble, matrix, first + register * Lanes.scalarCount)
                    own[register] = Lanes.choose(where: mask, left[register], right[register])
                }
            } else {
                Self.compare(question, start + Int(question.feature) * stride, reached, own, hasMissing: codes.hasMissing)
            }
            own += Self.registers
        }
    }

    private static func categorical(_ question: Question, _ ensemble: TreeEnsemble, _ matrix: FeatureMatrix, _ first: Int) -> Lanes {
        var lanes = Lanes.zero
        let set = ensemble.categories[Int(question.categories)]
        for lane in 0..<Lanes.scalarCount where first + lane < matrix.rowCount {
            let value = matrix[row: first + lane, feature: Int(question.feature)]
            if value.isNaN ? question.missingGoesLeft : set.contains(value) { lanes[lane] = ~0 }
        }
        return lanes
    }

    /// - Parameter ends: the numbers of the leaves that rows came to.
    @inline(__always) private func add(
        _ ends: UnsafeRawPointer, _ rows: Int, _ sums: UnsafeMutablePointer<Double>, _ count: Int, _ inFloat: Bool
    ) {
        let ends = ends.assumingMemoryBound(to: Code.Magnitude.self)
        values.withUnsafeBufferPointer { values in
            if score >= 0 {
                var sum = sums + score
                for row in 0..<rows {
                    let added = sum.pointee + values[Int(truncatingIfNeeded: ends[row])]
                    sum.pointee = inFloat ? Double(Float(added)) : added
                    sum += count
                }
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
