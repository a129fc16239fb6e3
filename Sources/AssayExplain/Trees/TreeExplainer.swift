package import AssayModels
package import AssayTerms

/// Exact Shapley values of decision trees, path-dependent or interventional.
///
/// Trees whose ways have at most ten distinct features are tables (``TreeLookup``): a row's bits at eight nodes give the attributions of up to four
/// leaves at once. Of deeper ones leaves with at most eight are tables, and the others are walked (``TreeWalk``, ``TreePairs``), as are trees whose tables
/// would not fit. Which is done depends on the model and the background alone, and
/// each row's sums are in the trees' order: the same row has the same bits alone, in a table, on one core or many.
///
/// Against `shap.TreeExplainer` values agree within rounding where shap is right (docs/models.md says where it is not).
///
/// - Complexity: for a row O(leaves / 4 × depth) table values, and for deep leaves O(edges × depth).
/// - Source: ``LeafGame``, ``TreeWalk``, ``TreePairs``.
package struct TreeExplainer: Sendable {
    package enum Reference: Sendable {
        /// The training rows as the trees' covers tell of them: features are followed as if they were independent within each tree.
        case covers
        /// Prepared rows of a background; at least one.
        case background(FeatureMatrix)
    }

    private enum Part: Sendable {
        case lookup(TreeLookup)
        case walk(TreeWalk)
        case pairs(TreePairs)
    }

    package let ensemble: TreeEnsemble
    /// How many players attributions are given to.
    package let playerCount: Int
    /// The scores that are explained.
    package let explained: [Int]
    /// For each explained score, what is expected before anything is known of a row.
    package let baseValues: [Double]
    /// Trees that have tables and nothing else; the others are walked, at least to some leaves.
    package let tableCount: Int
    /// Bytes of tables.
    package let tableBytes: Int
    private let reference: Reference
    /// Each feature's player.
    let playerOf: [Int32]
    private let groups: TreeGroups
    /// Each with the place of the group of trees whose codes it reads.
    private let parts: [(group: Int, part: Part)]

    /// - Parameters:
    ///   - players: each feature's player; features of one player are taken from a row together, so that a column is explained as itself
    ///     however many features an encoder made of it. `nil` has each feature be its own.
    ///   - explained: places of scores, ascending.
    ///   - tableByteLimit: bytes of all tables; a tree that would go beyond is walked.
    /// - Throws: `.unsupported` where covers are asked for that the model does not have, or for a way beyond ``depthLimit`` nodes.
    package init(
        _ ensemble: TreeEnsemble, players: (of: [Int], count: Int)? = nil, explained: [Int], reference: Reference,
        tableByteLimit: Int = 512 << 20
    ) throws(AssayError) {
        let playerOf = players?.of.map { Int32($0) } ?? (0..<Int32(ensemble.featureCount)).map { $0 }
        let playerCount = players?.count ?? ensemble.featureCount
        precondition(playerOf.count == ensemble.featureCount && playerOf.allSatisfy { $0 >= 0 && Int($0) < playerCount }, "players of other features")
        self.playerCount = playerCount
        self.playerOf = playerOf
        if case .covers = reference, !ensemble.hasCovers {
            throw AssayError(
                .unsupported,
                "the model does not say how many training rows came to each node, which path-dependent attributions follow; "
                    + "give a background")
        }
        try Self.requireAttributable(ensemble)
        self.ensemble = ensemble
        self.explained = explained
        self.reference = reference
        groups = TreeGroups(ensemble)
        var parts: [(group: Int, part: Part)] = []
        var base = explained.map { ensemble.base[$0] }
        var left = tableByteLimit / 8
        var tables = 0
        for (place, group) in groups.groups.enumerated() {
            // A tree that adds to a score nobody asked about is left out.
            for number in group.trees where ensemble.trees[number].score < 0 || explained.contains(Int(ensemble.trees[number].score)) {
                let tree = ensemble.trees[number]
                func add(_ own: [Double]) {
                    for (output, value) in own.enumerated() {
                        base[tree.score < 0 ? output : explained.firstIndex(of: Int(tree.score)) ?? 0] += value
                    }
                }
                let lookupReference: TreeLookup.Reference =
                    if case .background(let matrix) = reference { .background(matrix) } else { .covers }
                var deep: Set<Int>?
                if let lookup = TreeLookup(
                    ensemble, tree, thresholds: group.thresholds, players: playerOf, explained: explained, reference: lookupReference,
                    limit: left)
                {
                    left -= lookup.values.count
                    add(lookup.base)
                    if !lookup.blocks.isEmpty { parts.append((place, .lookup(lookup))) }
                    guard !lookup.deepLeaves.isEmpty else {
                        tables += 1
                        continue
                    }
                    deep = lookup.deepLeaves
                }
                if case .background(let matrix) = reference {
                    add(TreePairs.base(ensemble, tree, explained: explained, background: matrix, only: deep))
                    parts.append(
                        (place, .pairs(TreePairs(ensemble, tree, players: playerOf, playerCount: playerCount, explained: explained, only: deep))))
                } else {
                    let walk = TreeWalk(ensemble, tree, players: playerOf, explained: explained, thresholds: group.thresholds, only: deep)
                    add(walk.base)
                    parts.append((place, .walk(walk)))
                }
            }
        }
        self.parts = parts
        baseValues = base
        tableCount = tables
        tableBytes = tableByteLimit / 8 * 8 - left * 8
    }

    /// - Throws: `unsupported` for trees that no attributions are computed for.
    static func requireAttributable(_ ensemble: TreeEnsemble) throws(AssayError) {
        guard ensemble.linearLeaves.isEmpty else {
            throw AssayError(
                .unsupported,
                "the model's leaves are linear in the row's values (linear_tree), which attributions of trees do not know; explain it with "
                    + "--method kernel")
        }
        guard ensemble.depth <= Self.depthLimit else {
            throw AssayError(
                .unsupported, "a tree is \(ensemble.depth) nodes deep; attributions are computed for trees of up to \(Self.depthLimit)")
        }
    }

    /// `nil` where covers are followed.
    var backgroundMatrix: FeatureMatrix? {
        if case .background(let matrix) = reference { matrix } else { nil }
    }

    /// Nodes on a way.
    package static let depthLimit = 1_024
    /// Rows that are worked through tree by tree: their attributions stay in the second cache beside one tree's tables.
    private static let chunk = 512

    /// The attributions of prepared rows: `[(row · explained + score) · players + player]`.
    package func attributions(_ matrix: FeatureMatrix, rows: Range<Int>, threads: Int = 1) -> [Double] {
        let width = explained.count * playerCount
        return [Double](unsafeUninitializedCapacity: rows.count * width) { buffer, count in
            buffer.initialize(repeating: 0)
            count = rows.count * width
            guard let start = buffer.baseAddress else { return }
            // Each thread writes the rows it was given.
            nonisolated(unsafe) let attributions = start
            RowThreads.forEach(rowCount: rows.count, chunk: Self.chunk, threads: threads) { part in
                add(
                    matrix, rows.lowerBound + part.lowerBound..<rows.lowerBound + part.upperBound,
                    to: attributions + part.lowerBound * width)
            }
        }
    }

    private func add(_ matrix: FeatureMatrix, _ rows: Range<Int>, to attributions: UnsafeMutablePointer<Double>) {
        var codes: RankCodes?
        var coded = -1
        for (group, part) in parts {
            if group != coded {
                codes = RankCodes(matrix, groups.groups[group].thresholds, rows: rows)
                coded = group
            }
            guard let codes else { continue }
            switch part {
            case .lookup(let lookup): add(lookup, codes, matrix, rows, attributions)
            case .walk(let walk): add(walk, codes, matrix, rows, attributions)
            case .pairs(let pairs): add(pairs, matrix, rows, attributions)
            }
        }
    }

    private func add(
        _ lookup: TreeLookup, _ codes: RankCodes, _ matrix: FeatureMatrix, _ rows: Range<Int>, _ attributions: UnsafeMutablePointer<Double>
    ) {
        let width = explained.count * playerCount
        let shift = lookup.score < 0 ? 0 : (explained.firstIndex(of: lookup.score) ?? 0) * playerCount
        let ensemble = ensemble
        withUnsafeTemporaryAllocation(of: NodeMasks.Lanes.self, capacity: max(lookup.tests.count, 1)) { masks in
            guard let masks = masks.baseAddress else { return }
            codes.codes.withUnsafeBufferPointer { codes8 in
                lookup.values.withUnsafeBufferPointer { values in
                    guard let codes8 = codes8.baseAddress, let values = values.baseAddress else { return }
                    for group in 0..<((rows.count + 7) / 8) {
                        for (node, test) in lookup.tests.enumerated() {
                            masks[node] = NodeMasks.left(
                                test, codes: codes8, stride: codes.stride, group: group, ensemble: ensemble, matrix: matrix,
                                first: rows.lowerBound)
                        }
                        let lanes = min(8, rows.count - group * 8)
                        let row = attributions + group * 8 * width + shift
                        for block in lookup.blocks { Self.add(block, masks, values, lookup.scoreCount, lanes, row, width, playerCount) }
                    }
                }
            }
        }
    }

    @inline(__always) private static func add(
        _ block: TreeLookup.Block, _ masks: UnsafeMutablePointer<NodeMasks.Lanes>, _ values: UnsafePointer<Double>, _ scores: Int, _ lanes: Int,
        _ rows: UnsafeMutablePointer<Double>, _ width: Int, _ players: Int
    ) {
        var pattern = NodeMasks.Lanes.zero
        var bit: Int16 = 1
        var start = 0
        for end in block.ends {
            var isMet = NodeMasks.Lanes(repeating: -1)
            for index in start..<Int(end) {
                let condition = Int(block.conditions[index])
                let left = masks[condition >> 1]
                isMet &= condition & 1 == 1 ? left : ~left
            }
            start = Int(end)
            pattern |= isMet & NodeMasks.Lanes(repeating: bit)
            bit <<= 1
        }
        for node in block.local {
            pattern |= masks[Int(node)] & NodeMasks.Lanes(repeating: bit)
            bit <<= 1
        }
        let columns = block.columns.count
        block.columns.withUnsafeBufferPointer { places in
            for lane in 0..<lanes {
                var entry = values + block.offset + Int(pattern[lane]) * scores * columns
                var row = rows + lane * width
                for _ in 0..<scores {
                    for column in 0..<columns { row[Int(places[column])] += entry[column] }
                    entry += columns
                    row += players
                }
            }
        }
    }

    private func add(
        _ walk: TreeWalk, _ codes: RankCodes, _ matrix: FeatureMatrix, _ rows: Range<Int>, _ attributions: UnsafeMutablePointer<Double>
    ) {
        let width = explained.count * playerCount
        let shift = walk.score < 0 ? 0 : (explained.firstIndex(of: walk.score) ?? 0) * playerCount
        let ensemble = ensemble
        walk.withWalk(rowStride: width, outputStride: playerCount) { add in
            withUnsafeTemporaryAllocation(of: NodeMasks.Lanes.self, capacity: max(walk.tests.count, 1)) { masks in
                codes.codes.withUnsafeBufferPointer { codes8 in
                    guard let masks = masks.baseAddress, let codes8 = codes8.baseAddress else { return }
                    for group in 0..<((rows.count + 7) / 8) {
                        for (node, test) in walk.tests.enumerated() {
                            masks[node] = NodeMasks.left(
                                test, codes: codes8, stride: codes.stride, group: group, ensemble: ensemble, matrix: matrix,
                                first: rows.lowerBound)
                        }
                        let numbers = UnsafeRawPointer(masks).assumingMemoryBound(to: Int16.self)
                        add(numbers, min(8, rows.count - group * 8), attributions + group * 8 * width + shift)
                    }
                }
            }
        }
    }

    private func add(_ pairs: TreePairs, _ matrix: FeatureMatrix, _ rows: Range<Int>, _ attributions: UnsafeMutablePointer<Double>) {
        guard case .background(let background) = reference else { return }
        let width = explained.count * playerCount
        let place = pairs.score < 0 ? 0 : explained.firstIndex(of: pairs.score) ?? 0
        let own = pairs.ways(ensemble, matrix, rows: rows)
        let their = pairs.ways(ensemble, background, rows: 0..<background.rowCount)
        let inner = pairs.innerCount
        var sums = [Double](repeating: 0, count: pairs.outputCount * playerCount)
        pairs.withWalk { add in
            own.withUnsafeBufferPointer { own in
                their.withUnsafeBufferPointer { their in
                    sums.withUnsafeMutableBufferPointer { sums in
                        guard let own = own.baseAddress, let their = their.baseAddress, let start = sums.baseAddress else { return }
                        for row in 0..<rows.count {
                            sums.update(repeating: 0)
                            for other in 0..<background.rowCount { add(own + row * inner, their + other * inner, start, playerCount) }
                            let target = attributions + row * width + place * playerCount
                            for index in 0..<sums.count { target[index] += sums[index] / Double(background.rowCount) }
                        }
                    }
                }
            }
        }
    }
}
