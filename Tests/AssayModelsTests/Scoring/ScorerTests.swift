import AssayColumns
import AssayJSON
import AssayModels
import AssayTerms
import Testing

/// Goal: what we score is what scikit-learn scores.
/// Method: every committed model with the rows, decisions, probabilities and labels scikit-learn gave for them.
/// Tolerance: LinearHead's bound, 2 n u Σ|w z|; with the fixtures' at most 20 features and |w z| below 50 that is under
/// 5e-13 absolute for a score, and 1e-12 is asked for.
@Suite struct ScorerTests {
    @Test(arguments: Fixture.names) func agreesWithScikitLearn(name: String) throws {
        let fixture = try Fixture(name)
        let model = try ScoringModel.load(skops: fixture.skops, name: name)
        let scores = try Scorer(model).scores(fixture.block())

        let decisions = try fixture.matrix("decision")
        let probabilities = try fixture.matrix("probabilities")
        #expect(scores.rowCount == decisions.count)
        for row in 0..<scores.rowCount {
            #expect(decisions[row].count == scores.scores.count)
            for score in scores.scores.indices {
                #expect(abs(scores.scores[score][row] - decisions[row][score]) <= 1e-12 * max(1, abs(decisions[row][score])))
            }
            let given = try #require(scores.probabilities)
            #expect(probabilities[row].count == given.count)
            for index in given.indices {
                #expect(abs(given[index][row] - probabilities[row][index]) <= 1e-12)
            }
        }
        let predictions = try #require(fixture.json["predictions"]?.array)
        for (row, expected) in predictions.enumerated() {
            switch scores.prediction().values {
            case .int64(let values): #expect(values[row] == expected.integer)
            case .double(let values): #expect(values[row] == expected.number)
            case .boolean(let values): #expect((values[row] == 1) == expected.bool)
            case .text(let codes, let dictionary): #expect(dictionary[codes[row]].string == expected.string)
            case .timestamp: Issue.record("a prediction is a point in time")
            }
        }
    }

    @Test(arguments: Fixture.names) func oneRowAtATimeGivesTheSameBits(name: String) throws {
        let fixture = try Fixture(name)
        let scorer = Scorer(try ScoringModel.load(skops: fixture.skops, name: name))
        let block = try fixture.block()
        let whole = try scorer.scores(block)
        for row in 0..<block.rowCount {
            let single = try scorer.scores(Self.row(row, of: block))
            #expect(single.scores.map { $0[0].bitPattern } == whole.scores.map { $0[row].bitPattern })
        }
    }

    static func row(_ row: Int, of block: RowBlock) -> RowBlock {
        RowBlock(
            rowCount: 1,
            columns: block.columns.map { column in
                let values: Column.Values =
                    switch column.values {
                    case .boolean(let values): .boolean([values[row]])
                    case .int64(let values): .int64([values[row]])
                    case .double(let values): .double([values[row]])
                    case .timestamp(let values): .timestamp([values[row]])
                    case .text(let codes, let dictionary): .text(codes: [codes[row]], dictionary: dictionary)
                    }
                return Column(
                    name: column.name, values: values,
                    validity: column.validity.map { Validity(CollectionOfOne($0[row])) })
            })
    }

    @Test func bindsByNameWhateverTheOrderAndIgnoresOtherColumns() throws {
        let fixture = try Fixture("pipeline")
        let scorer = Scorer(try ScoringModel.load(skops: fixture.skops, name: "pipeline"))
        let block = try fixture.block()
        let shuffled = RowBlock(
            rowCount: block.rowCount,
            columns: Array(block.columns.reversed()) + [
                Column(name: "other", values: .int64([Int64](repeating: 7, count: block.rowCount)))
            ])
        #expect(try scorer.scores(shuffled).scores == scorer.scores(block).scores)
        // Columns that no transformer takes may be absent.
        let needed: Set<Text> = ["income", "term", "city"]
        let few = RowBlock(rowCount: block.rowCount, columns: block.columns.filter { needed.contains($0.name) })
        #expect(try scorer.scores(few).scores == scorer.scores(block).scores)
    }

    @Test func zeroRowsGiveZeroScores() throws {
        let fixture = try Fixture("pipeline")
        let scorer = Scorer(try ScoringModel.load(skops: fixture.skops, name: "pipeline"))
        let empty = RowBlock(
            rowCount: 0,
            columns: try fixture.block().columns.map { Column(name: $0.name, values: .double([])) })
        let scores = try scorer.scores(empty)
        #expect(scores.rowCount == 0)
        #expect(scores.probabilities?.count == 2)
    }

    @Test(arguments: [
        ("missing column", "array-binary", "was fitted on 3 columns; the data has 2"),
        ("missing named column", "pipeline", "the data lacks the model's input columns 'city'; it has age, income"),
        ("text for a number", "array-binary", "column 'x1' holds text where the model needs numbers"),
        ("missing value", "array-binary", "column 'x1' has 1 row without a finite value"),
        ("infinite", "array-binary", "column 'x1' holds an infinite number"),
        ("unknown category", "encode-drop-if-binary", "column 'city' holds a category the model was not fitted on"),
        ("missing category", "encode-drop-if-binary", "column 'city' holds a category the model was not fitted on"),
        ("missing beside a marker", "impute-marker", "column 'code' has 1 row without a value"),
    ])
    func refusesRowsTheModelCannotTake(what: String, name: String, message: String) throws {
        let fixture = try Fixture(name)
        let scorer = Scorer(try ScoringModel.load(skops: fixture.skops, name: name))
        let block = Self.row(0, of: try fixture.block())
        let column: Column?
        switch what {
        case "missing column", "missing named column": column = nil
        case "text for a number": column = Column(name: "x1", values: .text(codes: [0], dictionary: TextDictionary(["y"])))
        case "missing value": column = Column(name: "x1", values: .double([0]), validity: Validity([false]))
        case "infinite": column = Column(name: "x1", values: .double([.infinity]))
        case "unknown category":
            column = Column(name: "city", values: .text(codes: [0], dictionary: TextDictionary(["secret town"])))
        case "missing category":
            column = Column(
                name: "city", values: .text(codes: [0], dictionary: TextDictionary([""])), validity: Validity([false]))
        default: column = Column(name: "code", values: .double([.nan]))
        }
        let target = column?.name ?? (what == "missing column" ? "x1" : "city")
        let columns = block.columns.compactMap { $0.name == target ? column : $0 }
        let error = try #require(throws: AssayError.self) {
            try scorer.scores(RowBlock(rowCount: 1, columns: columns))
        }
        #expect(error.code == .invalidArgument)
        #expect(error.message.contains(message), "\(error.message)")
        #expect(!error.message.contains("secret"))
    }
}
