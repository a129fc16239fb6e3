import AssayColumns
import AssayEvidence
import AssayTerms
import Testing

/// The goal: what a request lacks is said before a byte is read. The method: a table of lacking requests on a file that does
/// not exist; only a complete one gets as far as missing the file.
@Suite struct EvidenceRequestTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var words: String
        var change: @Sendable (inout EvidenceRequest) -> Void
        var testDescription: String { words }
    }

    static let cases = [
        Case(words: "does not exist") { _ in },
        Case(words: "there is no check to compute") { $0.checks = [] },
        Case(words: "did you mean 'performance.recall'") { $0.checks[0].id = "performance.recal" },
        Case(words: "needs a label column") { $0.label = nil },
        Case(words: "needs a column of predictions or of scores, or a model") { $0.prediction = nil },
        Case(words: "needs a column of scores, or a model") { $0.checks = [CheckRequest(id: "performance.roc_auc")] },
        Case(words: "needs a column") { $0.checks = [CheckRequest(id: "fairness.selection_rate")] },
        Case(words: "needs a privileged group") {
            $0.checks = [CheckRequest(id: "aif360.disparate_impact", column: "race")]
        },
        Case(words: "is one of column 'sex'") {
            $0.checks = [
                CheckRequest(
                    id: "aif360.disparate_impact", column: "race",
                    privileged: PrivilegedRule(column: "sex", comparison: .equal, value: "m"))
            ]
        },
        Case(words: "the cutoff must be a finite number") { $0.cutoff = .nan },
        Case(words: "so name no predictions beside them") { $0.outcome = .label },
        Case(words: "only the labels' own rates") {
            $0.outcome = .label
            $0.prediction = nil
        },
    ]

    @Test(arguments: cases)
    func saysWhatIsLacking(test: Case) {
        var request = EvidenceRequest(
            data: DataFile(path: "/nowhere/table.csv"), checks: [CheckRequest(id: "performance.recall")])
        request.label = "label"
        request.prediction = "prediction"
        test.change(&request)
        #expect {
            try EvidenceEngine.compute(request, computedAt: "2026-01-01T00:00:00Z")
        } throws: { error in
            "\(error)".contains(test.words)
        }
    }

    @Test func aFileIsCalledByTheLastPartOfItsPath() {
        #expect(DataFile(path: "/a/b/loans.csv").name == "loans.csv")
        #expect(DataFile(path: "loans.csv").name == "loans.csv")
        #expect(DataFile(path: "/").name == "/")
    }
}
