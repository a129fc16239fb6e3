import AssayMetrics
import AssayTerms
import Testing

/// The goal: scikit-learn's numbers on small confusions, and no number where scikit-learn warns. The method: a table of
/// the cases worth naming, with values worked out by hand.
@Suite struct ClassificationMeasuresTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var tn: Int, fp: Int, fn: Int, tp: Int
        var accuracy: Double?, balanced: Double?, precision: Double?, recall: Double?, f1: Double?
        var confusion: Confusion {
            Confusion(trueNegatives: tn, falsePositives: fp, falseNegatives: fn, truePositives: tp)
        }
        var testDescription: String { "tn \(tn) fp \(fp) fn \(fn) tp \(tp)" }
    }

    static let cases = [
        Case(tn: 0, fp: 0, fn: 0, tp: 0),
        Case(tn: 1, fp: 0, fn: 0, tp: 0, accuracy: 1, balanced: 1),
        Case(tn: 0, fp: 1, fn: 0, tp: 0, accuracy: 0, balanced: 0, precision: 0, f1: 0),
        Case(tn: 0, fp: 0, fn: 1, tp: 0, accuracy: 0, balanced: 0, recall: 0, f1: 0),
        Case(tn: 0, fp: 0, fn: 0, tp: 1, accuracy: 1, balanced: 1, precision: 1, recall: 1, f1: 1),
        Case(tn: 5, fp: 1, fn: 2, tp: 2, accuracy: 0.7, balanced: (5.0 / 6 + 0.5) / 2, precision: 2.0 / 3, recall: 0.5,
            f1: 4.0 / 7),
        Case(tn: 0, fp: 3, fn: 1, tp: 4, accuracy: 0.5, balanced: 0.4, precision: 4.0 / 7, recall: 0.8, f1: 8.0 / 12),
    ]

    @Test(arguments: cases)
    func givesTheWorkedNumbers(test: Case) {
        let confusion = test.confusion
        let answers = [
            (ClassMeasures.accuracy(ClassMatrix(confusion)), test.accuracy),
            (ClassMeasures.balancedAccuracy(ClassMatrix(confusion)), test.balanced),
            (ClassificationMeasures.precision(confusion), test.precision),
            (ClassificationMeasures.recall(confusion), test.recall),
            (ClassificationMeasures.f1(confusion), test.f1),
        ]
        for (estimate, expected) in answers {
            #expect((estimate.value == nil) == (expected == nil))
            #expect((estimate.undefined == nil) == (expected != nil), "a value or a reason, never both")
            if let value = estimate.value, let expected { #expect(abs(value - expected) <= expected.ulp) }
        }
    }

    /// Few rows give rates an interval alone, and weights give none.
    @Test func intervalsStandWhereTheyAreSound() {
        var confusion = Self.cases[5].confusion
        #expect(ClassMeasures.accuracy(ClassMatrix(confusion)).interval?.method == "wilson")
        #expect(ClassificationMeasures.recall(confusion).interval?.method == "wilson")
        #expect(ClassificationMeasures.precision(confusion).interval?.method == "wilson")
        #expect(ClassificationMeasures.f1(confusion).interval == nil)
        #expect(ClassMeasures.balancedAccuracy(ClassMatrix(confusion)).interval == nil)
        confusion.isWeighted = true
        #expect(ClassMeasures.accuracy(ClassMatrix(confusion)).interval == nil)
    }
}
