import AssayColumns
import AssayExplain
import AssayModels
import AssayTerms

/// Model files of every kind that is read here: whatever is taken scores rows, and explains them where it does, without end or trap, to
/// numbers or to a refusal. They meet the changes of `FuzzTests` and, for longer, those of libFuzzer (`assay-fuzz`).
package enum ModelParsers {
    package static let all = skops + boosters + graphs

    /// Two rows are scored, each alone too, and, of trees, explained.
    ///
    /// - Throws: what a caller of the program is told.
    static func verdict(_ model: ScoringModel) throws -> Parser.Verdict {
        // Some models take whole numbers alone, or truths.
        for numbers in [[0.25, -3], [2, -3], [1, 0]] {
            let verdict = verdict(model, numbers: numbers)
            guard verdict == .refused else { return verdict }
        }
        return .refused
    }

    private static func verdict(_ model: ScoringModel, numbers: [Double]) -> Parser.Verdict {
        let rows = block(of: model, numbers)
        let scorer = Scorer(model)
        let scores: Scores
        do throws(AssayError) {
            let values = try scorer.values(rows)
            scores = try scorer.scores(values)
            try explain(model, scorer, values, scores, rows)
        } catch {
            return error.code == .internalFault ? .broken(error.description) : .refused
        }
        for row in numbers.indices {
            do throws(AssayError) {
                let alone = try scorer.scores(block(of: model, numbers, rows: row..<(row + 1)))
                guard isSame(scores, row, alone) else { return .broken("it answers otherwise for row \(row) alone than in a table") }
            } catch {
                return .broken("it refuses row \(row) alone, which it takes in a table: \(error)")
            }
        }
        if let numbers = scores.numbers, numbers.contains(where: \.isNaN) { return .broken("it predicts what is no number") }
        if scores.scores.contains(where: { $0.contains(where: \.isNaN) }) { return .broken("it scores a row as nothing") }
        if let shares = scores.probabilities, !shares.allSatisfy({ $0.allSatisfy { $0 >= 0 && $0 <= 1 + 1e-9 } }) {
            return .broken("it gives probabilities that are none")
        }
        return scores.labels != nil || scores.numbers?.count == 2 ? .sound : .broken("it predicts another number of rows")
    }

    /// To the bit; what is no number is none.
    private static func isSame(_ table: Scores, _ row: Int, _ alone: Scores) -> Bool {
        func numbers(_ scores: Scores, _ row: Int) -> [UInt64] {
            let all = (scores.scores + (scores.probabilities ?? [])).map { $0[row] } + (scores.numbers.map { [$0[row]] } ?? [])
            return all.map { $0.isNaN ? .max : $0.bitPattern } + (scores.classes.isEmpty ? [] : [UInt64(scores.classes[row])])
        }
        return numbers(table, row) == numbers(alone, 0)
    }

    private static func block(of model: ScoringModel, _ numbers: [Double], rows: Range<Int> = 0..<2) -> RowBlock {
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
            Column(name: name, values: takesWords.contains(place) ? .text(codes: Array([0, 1][rows]), dictionary: words) : .double(Array(numbers[rows])))
        }
        return RowBlock(rowCount: rows.count, columns: columns)
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
