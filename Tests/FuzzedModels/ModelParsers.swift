import AssayColumns
import AssayExplain
import AssayModels
import AssayTerms

/// Model files of every kind that is read here: whatever is taken scores rows, and explains them where it does, without end or trap, to
/// numbers or to a refusal. They meet the changes of `FuzzTests` and, for longer, those of libFuzzer (`assay-fuzz`).
package enum ModelParsers {
    package static let all = skops + boosters + graphs

    /// Two rows are scored and, of trees, explained.
    ///
    /// - Throws: what a caller of the program is told.
    static func verdict(_ model: ScoringModel) throws -> Parser.Verdict {
        let rows = block(of: model)
        let scorer = Scorer(model)
        let scores: Scores
        do throws(AssayError) {
            let values = try scorer.values(rows)
            scores = try scorer.scores(values)
            try explain(model, scorer, values, scores, rows)
        } catch {
            return error.code == .internalFault ? .broken(error.description) : .refused
        }
        if let numbers = scores.numbers, numbers.contains(where: \.isNaN) { return .broken("it predicts what is no number") }
        if scores.scores.contains(where: { $0.contains(where: \.isNaN) }) { return .broken("it scores a row as nothing") }
        if let shares = scores.probabilities, !shares.allSatisfy({ $0.allSatisfy { $0 >= 0 && $0 <= 1 + 1e-9 } }) {
            return .broken("it gives probabilities that are none")
        }
        return scores.labels != nil || scores.numbers?.count == 2 ? .sound : .broken("it predicts another number of rows")
    }

    private static func block(of model: ScoringModel) -> RowBlock {
        let words = TextDictionary(["a", "zz"])
        var takesWords = Set<Int>()
        for step in model.graph.steps {
            switch step {
            case .category(let source, _), .coded(let source, _, numbersAreCodes: false), .flag(let source, equals: .text):
                if case .input(let input) = source.base { takesWords.insert(input) }
            default: break
            }
        }
        let columns = model.inputs.enumerated().map { place, name in
            Column(name: name, values: takesWords.contains(place) ? .text(codes: [0, 1], dictionary: words) : .double([0.25, -3]))
        }
        return RowBlock(rowCount: 2, columns: columns)
    }

    private static func explain(
        _ model: ScoringModel, _ scorer: Scorer, _ values: GraphValues, _ scores: Scores, _ rows: RowBlock
    ) throws(AssayError) {
        guard case .trees(let head) = model.head else { return }
        var sampler = BackgroundSampler(model.form, limit: 2, seed: 1)
        try sampler.add(rows)
        for background in [nil, try sampler.rows(named: "rows")] {
            _ = try TreeModelExplainer(scorer, head, background: background).explain(values, scores)
        }
    }
}
