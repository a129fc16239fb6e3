import AssayTerms

/// The sums that a document's answers are made of, and the values of features for a row.
struct PMMLCore: Sendable {
    let core: ProgramCore
    /// Models whose fields a row passes before the core looks at it.
    let chain: [PMMLModelNode]
    /// One feature each, over a row's fields; `nil` where one is missing that the sums need.
    let features: @Sendable (PMMLRow) -> [Double]?

    /// - Returns: `nil` where the answers are not made of one sum over single columns.
    static func of(_ node: PMMLModelNode) -> PMMLCore? {
        guard let scale = node.scale else { return nil }
        switch node.body {
        case let regression as PMMLRegression: return of(regression, [node], scale)
        case let card as PMMLScorecard: return of(card, [node], scale)
        case let tree as PMMLTree where tree.classes == nil: return of([(tree, 1)], divisor: 1, [node], scale)
        case let mining as PMMLMining where mining.method == .modelChain:
            // A sum and what is made of it: by models that look at nothing else.
            guard let first = mining.segments.first, case .always = first.predicate, mining.segments.dropFirst().allSatisfy({ $0.model.looksAtAnswersOnly }),
                let inner = of(first.model)
            else { return nil }
            return PMMLCore(core: inner.core, chain: [node] + inner.chain, features: inner.features)
        case let mining as PMMLMining where mining.classes == nil: return of(mining, [node], scale)
        default: return nil
        }
    }

    private static func single(_ origins: Set<Int>) -> Int? { origins.count == 1 ? origins.first.flatMap { $0 >= 0 ? $0 : nil } : nil }

    private static func of(
        _ regression: PMMLRegression, _ chain: [PMMLModelNode], _ scale: (factor: Double, constant: Double)
    ) -> PMMLCore? {
        // What a link makes of a sum is not the sum scaled.
        guard regression.normalization == .none || scale == (1, 0) else { return nil }
        var terms: [PMMLRegression.Term] = []
        var origins: [Int] = []
        for term in regression.tables.flatMap(\.terms) {
            guard let origin = single(term.origins) else { return nil }
            terms.append(term)
            origins.append(origin)
        }
        guard !terms.isEmpty else { return nil }
        let count = regression.tables.count
        var weights = [[Double]](repeating: [Double](repeating: 0, count: terms.count), count: count)
        var place = 0
        for (table, own) in regression.tables.enumerated() {
            for term in own.terms {
                weights[table][place] = term.coefficient * scale.factor
                place += 1
            }
        }
        var intercepts = regression.tables.map { $0.intercept * scale.factor + scale.constant }
        var explained = Array(0..<count)
        let isLogOdds = [.logit, .softmax].contains(regression.normalization)
        if count == 2 {
            // Of two classes the second's: what it is ahead of the first, or the first's sum turned round.
            weights = regression.normalization == .softmax ? [zip(weights[1], weights[0]).map { $0 - $1 }] : [weights[0].map { -$0 }]
            intercepts = [regression.normalization == .softmax ? intercepts[1] - intercepts[0] : -intercepts[0]]
            explained = [0]
        }
        let sources = terms
        return PMMLCore(
            core: ProgramCore(
                kind: .linear(weights: weights, intercepts: intercepts), origins: origins, space: isLogOdds ? "log-odds" : "raw", explained: explained),
            chain: chain
        ) { row in
            let values = sources.compactMap { $0.value(row) }
            return values.count == sources.count ? values : nil
        }
    }

    private static func of(_ card: PMMLScorecard, _ chain: [PMMLModelNode], _ scale: (factor: Double, constant: Double)) -> PMMLCore? {
        var origins: [Int] = []
        for one in card.characteristics {
            // A characteristic that looks at nothing moves nothing.
            guard let origin = one.origins.isEmpty ? 0 : single(one.origins) else { return nil }
            origins.append(origin)
        }
        let count = origins.count
        return PMMLCore(
            core: ProgramCore(
                kind: .linear(weights: [[Double](repeating: scale.factor, count: count)], intercepts: [card.initial * scale.factor + scale.constant]), origins: origins, space: "raw", explained: [0]),
            chain: chain
        ) { row in
            let points = (0..<count).compactMap { card.points($0, row)?.points }
            return points.count == count ? points : nil
        }
    }

    private static func of(_ mining: PMMLMining, _ chain: [PMMLModelNode], _ scale: (factor: Double, constant: Double)) -> PMMLCore? {
        var trees: [(PMMLTree, Double)] = []
        for segment in mining.segments {
            guard case .always = segment.predicate, let tree = segment.model.body as? PMMLTree, tree.classes == nil, segment.model.isBare else { return nil }
            trees.append((tree, mining.method == .weightedSum || mining.method == .weightedAverage ? segment.weight : 1))
        }
        switch mining.method {
        case .sum, .weightedSum: return of(trees, divisor: 1, chain, scale)
        case .average, .weightedAverage: return of(trees, divisor: trees.reduce(0) { $0 + $1.1 }, chain, scale)
        default: return nil
        }
    }

    /// Trees whose nodes ask one field each: numbers by a threshold, words by a set.
    private static func of(
        _ trees: [(tree: PMMLTree, weight: Double)], divisor: Double, _ chain: [PMMLModelNode], _ scale: (factor: Double, constant: Double)
    ) -> PMMLCore? {
        guard divisor > 0, divisor.isFinite, !trees.isEmpty else { return nil }
        var lowering = PMMLTreeLowering()
        for (tree, weight) in trees { guard lowering.add(tree, weight: weight * scale.factor) else { return nil } }
        guard !lowering.fields.isEmpty,
            let ensemble = try? lowering.builder.ensemble(featureCount: lowering.fields.count, base: [scale.constant * divisor], comparesInFloat: false),
            let head = try? TreeHead(ensemble: ensemble, divisor: divisor, outcome: .sums(space: "raw", explained: [0]), acceptsMissing: true)
        else { return nil }
        let takesMissing = trees.allSatisfy { $0.tree.whenMissing == .defaultChild }
        let read = lowering.fields
        return PMMLCore(core: ProgramCore(kind: .trees(head), origins: lowering.origins, space: "raw", explained: [0]), chain: chain) { row in
            var values: [Double] = []
            for field in read {
                switch row[field] {
                case .number(let number): values.append(number)
                // Words that the model does not know are none of those in its sets.
                case .word(let place): values.append(Double(place))
                case .missing:
                    guard takesMissing else { return nil }
                    values.append(.nan)
                }
            }
            return values
        }
    }
}

extension PMMLModelNode {
    /// Whether it takes fields as they are and answers with what its body does.
    var isBare: Bool { derived.isEmpty && fields.allSatisfy(\.isPlain) && !changesAnswer }

    /// Whether it looks at nothing but what models before it answered.
    var looksAtAnswersOnly: Bool {
        guard fields.isEmpty, derived.isEmpty, let regression = body as? PMMLRegression else { return false }
        return regression.tables.allSatisfy { $0.terms.allSatisfy { $0.origins == [-1] } }
    }
}
