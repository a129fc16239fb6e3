import AssayColumns
import AssayExplain
import AssayJSON
import AssayModels
import AssayTerms
import Foundation
import Testing

/// Goal: attributions are those of shap.LinearExplainer on the same background, per input column.
/// Method: the committed models with the values shap gave, and laws on every one of them.
@Suite struct LinearExplainerTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/models")

    static var names: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".skops") }.map { String($0.dropLast(6)) }.sorted()
    }

    struct Case {
        let json: JSONValue
        let scorer: Scorer
        let block: RowBlock

        init(_ name: String) throws {
            let folder = LinearExplainerTests.folder
            let skops = Array(try Data(contentsOf: folder.appending(path: name + ".skops")))
            json = try JSONValue(parsing: Array(try Data(contentsOf: folder.appending(path: name + ".json"))))
            scorer = Scorer(try ScoringModel.load(skops: skops, name: name))
            let columns = try #require(json["columns"]?.array).map(Self.column)
            block = RowBlock(rowCount: columns.first?.count ?? 0, columns: columns)
        }

        static func column(_ json: JSONValue) throws -> Column {
            let name = Text(try #require(json["name"]?.string))
            let cells = try #require(json["values"]?.array)
            let values: Column.Values
            switch json["type"]?.string {
            case "boolean": values = .boolean(cells.map { $0.bool == true ? 1 : 0 })
            case "int64": values = .int64(cells.map { $0.integer ?? 0 })
            case "double": values = .double(cells.map { $0.number ?? 0 })
            default:
                let dictionary = TextDictionary([""])
                values = .text(
                    codes: cells.map { $0.string.map { dictionary.code(for: Text($0)) } ?? 0 }, dictionary: dictionary)
            }
            return Column(name: name, values: values, validity: Validity(cells.map { !$0.isNull }))
        }

        func prefix(_ count: Int) -> RowBlock {
            RowBlock(
                rowCount: count,
                columns: block.columns.map { column in
                    let values: Column.Values =
                        switch column.values {
                        case .boolean(let values): .boolean(Array(values.prefix(count)))
                        case .int64(let values): .int64(Array(values.prefix(count)))
                        case .double(let values): .double(Array(values.prefix(count)))
                        case .timestamp(let values): .timestamp(Array(values.prefix(count)))
                        case .text(let codes, let dictionary):
                            .text(codes: Array(codes.prefix(count)), dictionary: dictionary)
                        }
                    return Column(
                        name: column.name, values: values,
                        validity: column.validity.map { validity in Validity((0..<count).map { validity[$0] }) })
                })
        }
    }

    @Test(arguments: names) func agreesWithShap(name: String) throws {
        let fixture = try Case(name)
        guard let expected = fixture.json["explanation"] else { return }
        let backgroundRows = Int(try #require(expected["background_rows"]?.integer))
        let background = try Background.rows([fixture.prefix(backgroundRows)], named: "rows", scorer: fixture.scorer)
        #expect(background.rowCount == backgroundRows)
        let values = try fixture.scorer.values(fixture.block)
        let scores = try fixture.scorer.scores(values)
        let explanation = try LinearExplainer(fixture.scorer, background: background).explain(values, scores)

        let bases = try #require(expected["base_value"]?.array)
        #expect(bases.count == explanation.baseValues.count)
        for (base, ours) in zip(bases, explanation.baseValues) { #expect(abs(try #require(base.number) - ours) <= 1e-9) }
        for (row, perScore) in try #require(expected["shap_values"]?.array).enumerated() {
            for (score, features) in try #require(perScore.array).enumerated() {
                let ours = Array(explanation.attributions(row: row, score: score))
                let theirs = try #require(features.array).map { try #require($0.number) }
                #expect(ours.count == theirs.count)
                for (mine, other) in zip(ours, theirs) {
                    #expect(abs(mine - other) <= 1e-9, "\(name) row \(row) score \(score)")
                }
            }
        }
    }

    @Test(arguments: names) func addsUpOnEveryBackground(name: String) throws {
        let fixture = try Case(name)
        let values = try fixture.scorer.values(fixture.block)
        let scores = try fixture.scorer.scores(values)
        var backgrounds = [Background.zeros(fixture.scorer.model)]
        backgrounds.append(try Background.rows([fixture.block], named: "all", scorer: fixture.scorer))
        if let means = try Background.scalerMeans(fixture.scorer.model) { backgrounds.append(means) }
        for background in backgrounds {
            let explanation = try LinearExplainer(fixture.scorer, background: background).explain(values, scores)
            for row in 0..<explanation.rowCount {
                for score in explanation.baseValues.indices {
                    let sum = explanation.attributions(row: row, score: score).reduce(explanation.baseValues[score], +)
                    #expect(abs(sum - scores.scores[score][row]) <= 1e-9)
                }
            }
            var importance = FeatureImportance(featureCount: explanation.featureNames.count)
            importance.add(explanation, scores)
            if let shares = importance.shares {
                #expect(abs(shares.reduce(0, +) - 1) <= 1e-12)
                #expect(shares.allSatisfy { $0 >= 0 })
            }
        }
    }

    @Test func aRowExplainedAgainstItselfHasNoAttributionAndNoImportance() throws {
        let fixture = try Case("pipeline")
        let row = fixture.prefix(1)
        let background = try Background.rows([row], named: "self", scorer: fixture.scorer)
        let values = try fixture.scorer.values(row)
        let scores = try fixture.scorer.scores(values)
        let explanation = try LinearExplainer(fixture.scorer, background: background).explain(values, scores)
        #expect(explanation.attributions(row: 0, score: 0).allSatisfy { $0 == 0 })
        var importance = FeatureImportance(featureCount: explanation.featureNames.count)
        #expect(importance.shares == nil)
        importance.add(explanation, scores)
        #expect(importance.shares == nil)
    }

    @Test func columnsTheModelDropsHaveNoAttribution() throws {
        let fixture = try Case("pipeline")
        let background = try Background.rows([fixture.block], named: "all", scorer: fixture.scorer)
        let values = try fixture.scorer.values(fixture.block)
        let explanation = try LinearExplainer(fixture.scorer, background: background)
            .explain(values, fixture.scorer.scores(values))
        #expect(explanation.featureNames.contains("owner"))
        let owner = try #require(explanation.featureNames.firstIndex(of: "owner"))
        for row in 0..<explanation.rowCount {
            #expect(explanation.attributions(row: row, score: 0)[explanation.attributions(row: row, score: 0).startIndex + owner] == 0)
        }
    }

    @Test func anEmptyBackgroundIsRefused() throws {
        let fixture = try Case("pipeline")
        let error = try #require(throws: AssayError.self) {
            try Background.rows([], named: "explain/background.parquet", scorer: fixture.scorer)
        }
        #expect(error.message == "the background 'explain/background.parquet' has no rows")
    }

    @Test func scalerMeansCentreTheScaledColumns() throws {
        // Against a background of the scaler's own mean a scaled number at that mean has no attribution.
        let fixture = try Case("impute-constant")
        let background = try #require(try Background.scalerMeans(fixture.scorer.model))
        #expect(background.name == "scaler-means")
        let means = fixture.scorer.model.scalerMeans
        let row = RowBlock(
            rowCount: 1,
            columns: fixture.scorer.model.inputs.indices.map {
                Column(name: fixture.scorer.model.inputs[$0], values: .double([means[$0]!]))
            })
        let values = try fixture.scorer.values(row)
        let explanation = try LinearExplainer(fixture.scorer, background: background)
            .explain(values, fixture.scorer.scores(values))
        #expect(explanation.attributions(row: 0, score: 0).allSatisfy { $0 == 0 })
    }
}
