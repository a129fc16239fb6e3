import AssayColumns
import AssayModels
import AssayTerms
import Synchronization
import Testing

@testable import AssayExplain

/// Goal: the rows a model is asked about are the game's, however they are cut into exchanges, and bad input is refused in words.
/// Method: models that are functions of two or three columns, whose Shapley values are known by hand.
@Suite struct KernelExplainerTests {
    private static func form(_ inputs: [Text]) -> ModelForm {
        ModelForm(
            inputs: inputs, usedInputs: Array(inputs.indices), inputsAreNamed: true, signature: nil, classes: nil, inputExample: nil,
            description: "a function")
    }

    private static func block(_ columns: [(Text, [Double])]) -> RowBlock {
        RowBlock(rowCount: columns[0].1.count, columns: columns.map { Column(name: $0.0, values: .double($0.1)) })
    }

    /// `a · b + c`, where there is a c.
    private static func product(_ block: RowBlock) -> Predictions {
        let numbers = block.columns.map { column -> [Double] in
            guard case .double(let values) = column.values else { return [] }
            return values
        }
        return Predictions(
            values: Column(
                name: "prediction",
                values: .double((0..<block.rowCount).map { numbers[0][$0] * numbers[1][$0] + (numbers.count > 2 ? numbers[2][$0] : 0) })),
            probabilities: nil)
    }

    private static func background(_ form: ModelForm, _ block: RowBlock, limit: Int = 100) throws(AssayError) -> BackgroundRows {
        var sampler = BackgroundSampler(form, limit: limit, seed: 0)
        try sampler.add(block)
        return try sampler.rows(named: "rows")
    }

    private static func explain(
        _ rows: RowBlock, against background: RowBlock, exchangeRows: Int = 65_536, asked: (@Sendable (Int) -> Void)? = nil
    ) throws(AssayError) -> (Explanation, KernelExplainer) {
        let form = form(background.columns.map(\.name))
        let function = ModelFunction(form) { (block) throws(AssayError) in
            asked?(block.rowCount)
            return product(block)
        }
        var settings = KernelExplainer.Settings()
        settings.exchangeRows = exchangeRows
        var explainer = try KernelExplainer(function, form: form, background: Self.background(form, background), settings: settings)
        let answers = try explainer.answers(product(rows), rows)
        let (explanation, residuals) = try explainer.explain(rows, answers)
        #expect(residuals.allSatisfy { abs($0) < 1e-12 })
        return (explanation, explainer)
    }

    /// Against a background of zeros a product belongs to both factors alike.
    @Test func aProductIsShared() throws {
        let (explanation, explainer) = try Self.explain(
            Self.block([("a", [2, 3]), ("b", [5, 0]), ("c", [1, 0])]), against: Self.block([("a", [0]), ("b", [0]), ("c", [0])]))
        #expect(Array(explanation.attributions(row: 0, score: 0)) == [5, 5, 1])
        #expect(Array(explanation.attributions(row: 1, score: 0)) == [0, 0, 0])
        #expect(explanation.baseValues == [0] && explanation.space == "raw")
        // The background, the rows, six coalitions of the first; the second differs in one column, which is no game.
        #expect(explainer.evaluationCount == 1 + 2 + 6)
    }

    @Test(arguments: [1, 2, 3, 7, 100]) func exchangesMakeNoDifference(exchangeRows: Int) throws {
        let rows = Self.block([("a", (0..<20).map { Double($0 % 7) }), ("b", (0..<20).map { Double($0 % 5) }), ("c", (0..<20).map(Double.init))])
        let background = Self.block([("a", [1, 2, 4]), ("b", [0, 3, 1]), ("c", [5, 6, 7])])
        let asked = Mutex<[Int]>([])
        let (whole, _) = try Self.explain(rows, against: background)
        let (cut, explainer) = try Self.explain(rows, against: background, exchangeRows: exchangeRows) { count in
            asked.withLock { $0.append(count) }
        }
        for row in 0..<20 { #expect(cut.attributions(row: row, score: 0) == whole.attributions(row: row, score: 0)) }
        #expect(asked.withLock { $0.dropFirst().allSatisfy { $0 <= max(exchangeRows, 3) } })
        #expect(explainer.evaluationCount == 20 + asked.withLock { $0.reduce(0, +) })
        #expect(explainer.exactRowCount == 20 && explainer.sampledRowCount == 0)
    }

    @Test func aRowLikeTheBackgroundHasNoAttribution() throws {
        let (explanation, explainer) = try Self.explain(
            Self.block([("a", [2]), ("b", [3])]), against: Self.block([("a", [2, 2]), ("b", [3, 3])]))
        #expect(Array(explanation.attributions(row: 0, score: 0)) == [0, 0] && explainer.evaluationCount == 3)
    }

    @Test func aModelThatAnswersOtherwiseTheSecondTimeStillAddsUp() throws {
        let form = Self.form(["a", "b"])
        let drift = Mutex(0.0)
        let function = ModelFunction(form) { (block) throws(AssayError) in
            let shift = drift.withLock { drift in
                drift += 1
                return drift
            }
            return Predictions(
                values: Column(name: "prediction", values: .double([Double](repeating: shift, count: block.rowCount))), probabilities: nil)
        }
        let rows = Self.block([("a", [1]), ("b", [1])])
        var explainer = try KernelExplainer(
            function, form: form, background: Self.background(form, Self.block([("a", [0]), ("b", [0])])))
        let (explanation, residuals) = try explainer.explain(rows, [[10]])
        #expect(abs(residuals[0]) < 1e-12)
        #expect(Array(explanation.attributions(row: 0, score: 0)) == [4.5, 4.5])
    }

    @Test func numbersOfTwoKindsAreJoinedAndWordsAreNot() throws {
        let integers = Column(name: "a", values: .int64([1, 2]))
        let doubles = Column(name: "a", values: .double([0.5, 0]), validity: Validity([true, false]))
        let joined = try JoinedColumns.join(integers, 2, doubles, 2, name: "a")
        #expect((0..<4).map { joined.value(at: $0) } == [.integer(1), .integer(2), .fraction(0.5), nil])
        let words = Column(name: "a", values: .text(codes: [0, 1], dictionary: TextDictionary(["x", "y"])))
        let others = Column(name: "a", values: .text(codes: [1, 0, -1], dictionary: TextDictionary(["z", "x"])), validity: Validity([true, true, false]))
        let texts = try JoinedColumns.join(words, 2, others, 3, name: "a")
        #expect((0..<5).map { texts.value(at: $0) } == [.text("x"), .text("y"), .text("x"), .text("z"), nil])
        let error = #expect(throws: AssayError.self) { try JoinedColumns.join(words, 2, doubles, 2, name: "a") }
        #expect(error?.message.contains("'a'") == true)
        // What is missing altogether is missing, and has no kind.
        let padded = try JoinedColumns.join(nil, 2, words, 2, name: "a")
        #expect((0..<4).map { padded.value(at: $0) } == [nil, nil, .text("x"), .text("y")])
        let empty = Column(name: "a", values: .double([.nan, .nan]), validity: Validity(count: 2, present: false))
        #expect(try JoinedColumns.join(empty, 2, words, 2, name: "a").type == .text)
    }

    /// Every cut of a table into blocks chooses the same rows, in order, and all where there is room.
    @Test(arguments: [1, 3, 10, 50, 100]) func backgroundRowsDoNotDependOnBlocks(limit: Int) throws {
        let form = Self.form(["a"])
        func chosen(_ sizes: [Int]) throws(AssayError) -> [ColumnValue?] {
            var sampler = BackgroundSampler(form, limit: limit, seed: 9)
            var first = 0
            for size in sizes {
                try sampler.add(Self.block([("a", (first..<(first + size)).map(Double.init))]))
                first += size
            }
            let rows = try sampler.rows(named: "rows")
            #expect(rows.availableCount == 50 && rows.rowCount == min(limit, 50))
            return (0..<rows.rowCount).map { rows.block.columns[0].value(at: $0) }
        }
        let whole = try chosen([50])
        #expect(try chosen([1, 20, 29]) == whole && chosen([25, 25]) == whole && chosen([Int](repeating: 1, count: 50)) == whole)
        #expect(Set(whole).count == whole.count)
    }

    @Test func anEmptyBackgroundIsRefused() throws {
        let sampler = BackgroundSampler(Self.form(["a"]), limit: 5, seed: 0)
        let error = #expect(throws: AssayError.self) { try sampler.rows(named: "explain/background.parquet") }
        #expect(error?.message == "the background 'explain/background.parquet' has no rows")
    }
}
