import AssayColumns
import AssayEvidence
import AssayTerms
import Testing

/// The goal: one pass gives every check its number, whatever order labels appear in and wherever predictions come from. The
/// method: small tables with numbers worked by hand; numbers on random tables are held against the peers in Tests/Reference.
@Suite struct EvidenceEngineTests {
    static let time = "2026-01-01T00:00:00Z"

    static func compute(_ request: EvidenceRequest, _ scorer: (any BlockScorer)? = nil) throws -> Envelope {
        try EvidenceEngine.compute(request, scorer: scorer, computedAt: time)
    }

    @Test func theEnvelopeSaysWhatDecidedTheNumbers() throws {
        let table = try TemporaryTable("label,prediction,race\n1,1,b\n0,1,w\n1,0,w\n0,0,b\n,1,b\n1,1,\n")
        let envelope = try Self.compute(
            table.request([
                CheckRequest(id: "performance.accuracy"),
                CheckRequest(id: "fairness.demographic_parity_difference", column: "race"),
            ]))
        #expect(envelope.provenance == .supplied)
        #expect(envelope.computedAt == Self.time)
        let data = try #require(envelope.inputs.first)
        #expect(data.role == "data" && data.rows == 6)
        #expect(envelope.subjects == [Envelope.Subject(name: data.name, digest: data.digest)])
        #expect(
            envelope.parameters == [
                "label": .text("label"), "prediction": .text("prediction"), "positive": .text("1"),
                "sensitive": .list([.text("race")]),
            ])
        let accuracy = envelope.results[0]
        #expect(accuracy.value == 0.6 && accuracy.rows == 5)
        #expect(accuracy.excluded == CheckResult.Excluded(missingLabel: 1))
        let gap = envelope.results[1]
        #expect(gap.value == 0 && gap.rows == 4 && gap.column == "race" && gap.measure == "selection_rate")
        #expect(gap.excluded == CheckResult.Excluded(missingGroup: 1, missingLabel: 1))
        #expect(gap.groups.map(\.group) == ["b", "w"] && gap.groups.map(\.count) == [2, 2])
    }

    /// The first label of its kind may come after any number of rows; before it, nobody knows which one is positive.
    @Test(arguments: [1, 65_535, 65_536, 65_537, 140_000])
    func thePositiveLabelMayComeLate(lateRow: Int) throws {
        var text = "label,prediction,score\n"
        for _ in 0..<lateRow { text += "2,2,0.75\n" }
        text += "0,2,0.25\n"
        let table = try TemporaryTable(text)
        var request = table.request([
            CheckRequest(id: "performance.recall"), CheckRequest(id: "performance.precision"),
            CheckRequest(id: "performance.roc_auc"), CheckRequest(id: "performance.brier"),
        ])
        request.score = "score"
        let envelope = try Self.compute(request)
        #expect(envelope.parameters["positive"] == .text("2"))
        let rows = Double(lateRow + 1)
        #expect(envelope.results.map(\.value) == [1, Double(lateRow) / rows, 1, 0.0625])
        #expect(envelope.results.allSatisfy { $0.rows == lateRow + 1 })
    }

    @Test func labelsOfOneUnknownKindAreRefused() throws {
        let table = try TemporaryTable("label,prediction\n2,2\n2,2\n")
        #expect {
            try Self.compute(table.request([CheckRequest(id: "performance.recall")]))
        } throws: { error in
            "\(error)".contains("--positive")
        }
        var request = table.request([CheckRequest(id: "performance.recall")])
        request.positive = "2"
        #expect(try Self.compute(request).results[0].value == 1)
    }

    /// With a stated positive label, all others together are the rest.
    @Test func oneClassAgainstTheRest() throws {
        let table = try TemporaryTable("label,prediction\nb,b\nb,c\nc,c\na,a\na,b\n")
        var request = table.request([CheckRequest(id: "performance.recall"), CheckRequest(id: "performance.precision")])
        request.positive = "a"
        let envelope = try Self.compute(request)
        #expect(envelope.results.map(\.value) == [0.5, 1])
    }

    @Test func labelsAloneTellTheBiasOfTheData() throws {
        let table = try TemporaryTable("label,sex\n1,1\n1,1\n0,1\n0,1\n1,0\n0,0\n0,0\n0,0\n,0\n")
        var request = table.request([])
        request.prediction = nil
        request.outcome = .label
        let rule = PrivilegedRule(column: "sex", comparison: .equal, value: "1")
        request.checks = CheckRequest.fairness(sensitive: ["sex"], privileged: [rule], outcome: .label)
        let envelope = try Self.compute(request)
        #expect(
            envelope.results.map(\.id) == [
                "fairness.selection_rate", "fairness.demographic_parity_difference",
                "fairness.demographic_parity_ratio", "aif360.smoothed_empirical_differential_fairness",
                "aif360.conditional_demographic_disparity", "aif360.statistical_parity_difference",
                "aif360.disparate_impact", "aif360.class_imbalance", "aif360.kl_divergence",
            ])
        #expect(envelope.results.prefix(3).map(\.value) == [0.375, 0.25, 0.5])
        #expect(envelope.results[5...7].map(\.value) == [-0.25, 0.5, 0])
        #expect(envelope.results.allSatisfy { $0.measure == "base_rate" && $0.excluded.missingLabel == 1 })
        #expect(envelope.parameters["outcome"] == .text("label"))
    }

    @Test func everyCheckAloneSaysTheSameAsAllTogether() throws {
        let table = try TemporaryTable(
            "label,prediction,race,sex\n1,1,b,f\n0,1,w,m\n1,0,w,f\n0,0,b,m\n1,1,w,m\n0,1,b,f\n1,1,b,m\n0,0,w,f\n")
        let rule = PrivilegedRule(column: "race", comparison: .equal, value: "w")
        let checks =
            CheckRequest.performance(hasPrediction: true, hasScore: false)
            + CheckRequest.fairness(sensitive: ["race", "sex"], privileged: [rule], outcome: .prediction)
        let together = try Self.compute(table.request(checks)).results
        for (check, result) in zip(checks, together) {
            #expect(try Self.compute(table.request([check])).results == [result])
        }
    }

    struct ConstantScorer: BlockScorer {
        var inputColumns: [Text] { ["x"] }
        var features: [Text] { ["x", "race"] }
        var gives: Bool

        /// Predicts `yes` where x is above 0, with probability x / 10 + ½ for `no`, the first class.
        func score(_ block: RowBlock) throws(AssayError) -> ScoredBlock {
            let numbers = try NumberColumn(block.columns[0]).values
            let dictionary = TextDictionary(["no", "yes"])
            let no = numbers.map { 0.5 - $0 / 10 }
            return ScoredBlock(
                predictions: Column(
                    name: "prediction", values: .text(codes: numbers.map { $0 > 0 ? 1 : 0 }, dictionary: dictionary)),
                classes: [.text("no"), .text("yes")], probabilities: gives ? [no, no.map { 1 - $0 }] : nil)
        }
    }

    static func modelRequest(_ table: borrowing TemporaryTable) -> EvidenceRequest {
        var request = table.request([
            CheckRequest(id: "performance.accuracy"), CheckRequest(id: "performance.roc_auc"),
            CheckRequest(id: "quality.column_absent", column: "race", place: .features),
            CheckRequest(id: "quality.column_absent", column: "age", place: .features),
            CheckRequest(id: "quality.column_absent", column: "age", place: .data),
        ])
        request.prediction = nil
        request.positive = "yes"
        return request
    }

    @Test func aModelsOwnPredictionsAreRecomputed() throws {
        let table = try TemporaryTable("label,x,age\nyes,3,1\nno,1,1\nyes,2,1\nno,-4,1\n")
        let envelope = try Self.compute(Self.modelRequest(table), ConstantScorer(gives: true))
        #expect(envelope.provenance == .recomputed)
        #expect(envelope.results.map(\.value) == [0.75, 1, 0, 1, 0])
        #expect(envelope.parameters["prediction"] == nil)
    }

    @Test func aModelWithoutProbabilitiesHasNoScores() throws {
        let table = try TemporaryTable("label,x,age\nyes,3,1\nno,1,1\n")
        let results = try Self.compute(Self.modelRequest(table), ConstantScorer(gives: false)).results
        #expect(results[0].value == 0.5)
        #expect(results[1].undefined == "the model gives no probabilities")
    }

    /// The data's own predictions beside a model would leave open whose numbers they are.
    @Test func aModelTakesNoPredictionsBesideIt() throws {
        let table = try TemporaryTable("label,x,age,prediction\nyes,3,1,yes\n")
        var request = Self.modelRequest(table)
        request.prediction = "prediction"
        #expect(throws: AssayError.self) { try Self.compute(request, ConstantScorer(gives: true)) }
    }

    @Test func weightsMakeSumsOfCounts() throws {
        let table = try TemporaryTable("label,prediction,w\n1,1,3\n0,1,1\n")
        var request = table.request([CheckRequest(id: "performance.accuracy")])
        request.weight = "w"
        let result = try Self.compute(request).results[0]
        #expect(result.value == 0.75 && result.kind == .summed && result.rows == 2)
        // Of (3 + 1)² / (3² + 1²) = 1.6 rows in effect.
        #expect(result.interval?.method == "wilson-effective")
    }

    @Test func threeClassesNeedNoPositiveLabel() throws {
        let table = try TemporaryTable("label,prediction,race\na,a,x\nb,b,x\nc,b,y\nc,c,y\n,c,y\n")
        let envelope = try Self.compute(
            table.request([
                CheckRequest(id: "performance.accuracy"), CheckRequest(id: "performance.recall_macro"),
                CheckRequest(id: "fairness.accuracy_difference", column: "race"),
            ]))
        #expect(envelope.results.map(\.value) == [0.75, 2.5 / 3, 0.5])
        #expect(envelope.results[1].groups.map(\.group) == ["a", "b", "c"])
        #expect(envelope.results[1].groups.map(\.value) == [1, 1, 0.5])
        #expect(envelope.results.allSatisfy { $0.excluded.missingLabel == 1 && $0.rows == 4 })
        #expect(envelope.parameters["positive"] == nil)
    }

    @Test func numbersAreMeasuredByGroupAndSlice() throws {
        let table = try TemporaryTable("label,prediction,race\n1.5,1,x\n2,2,x\n3,5,y\n4,4,\n")
        var request = table.request([
            CheckRequest(id: "performance.mae"), CheckRequest(id: "performance.mae", column: "race"),
            CheckRequest(id: "fairness.mae_difference", column: "race"),
        ])
        let results = try Self.compute(request).results
        #expect(results.map(\.value) == [0.625, 2.5 / 3, 1.75])
        #expect(results[1].groups.map(\.value) == [0.25, 2])
        #expect(results[2].excluded.missingGroup == 1)
        request.checks.append(CheckRequest(id: "performance.f1"))
        #expect(throws: AssayError.self) { try Self.compute(request) }
    }

    @Test func crossedColumnsAndControls() throws {
        let table = try TemporaryTable(
            "label,prediction,race,sex,site\n1,1,b,f,n\n0,0,b,m,n\n1,1,w,f,s\n0,1,w,m,s\n1,0,w,,s\n1,0,b,f,s\n")
        var request = table.request([
            CheckRequest(id: "fairness.selection_rate", column: "race", crossed: ["sex"]),
            CheckRequest(id: "fairness.demographic_parity_difference", column: "race"),
        ])
        let crossed = try Self.compute(request).results[0]
        #expect(crossed.column == "race,sex")
        #expect(crossed.groups.map(\.group) == ["b, f", "b, m", "w, f", "w, m"])
        #expect(crossed.groups.map(\.value) == [0.5, 0, 1, 1])
        #expect(crossed.excluded.missingGroup == 1)
        request.control = ["site"]
        request.checks.removeFirst()
        let controlled = try Self.compute(request)
        #expect(controlled.parameters["control"] == .list([.text("site")]))
        // At site n there is one group alone, so the worst level has no gap.
        #expect(controlled.results[0].value == nil)
        #expect(controlled.results[0].groups.map(\.group) == ["n", "s"])
        #expect(controlled.results[0].groups.map(\.value) == [nil, 2.0 / 3])
    }

    @Test func emptyTablesHaveReasons() throws {
        let table = try TemporaryTable("label,prediction,race\n")
        let checks =
            CheckRequest.performance(hasPrediction: true, hasScore: false)
            + CheckRequest.fairness(sensitive: ["race"], privileged: [], outcome: .prediction)
        for result in try Self.compute(table.request(checks)).results {
            #expect(result.value == nil && result.undefined != nil && result.rows == 0, "\(result.id)")
        }
    }
}
