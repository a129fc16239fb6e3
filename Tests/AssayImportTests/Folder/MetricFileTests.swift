import AssayStore
import AssayTerms
import Testing

@testable import AssayImport

/// Lines of metric files in every form that some MLflow wrote.
struct MetricFileTests {
    @Test func theForms() {
        let file = MetricFile("1 0.5\n2 1e-05 3\n3 nan 4 a data set d1\n4 -inf -7\r\n\n5 1.0 6 run1 name dig\n")
        #expect(file.badLines.isEmpty)
        #expect(file.points.map(\.point.timestamp) == [1, 2, 3, 4, 5])
        #expect(file.points.map(\.point.step) == [0, 3, 4, -7, 6])
        #expect(file.points[1].point.value == 1e-05 && file.points[2].point.isNaN && file.points[3].point.value == -.infinity)
    }

    @Test(arguments: ["x 1 2", "1", "1 y", "1 2 z", "1.5 2 3", " 1 2", "1  2"])
    func whatIsNoPoint(_ line: String) { #expect(MetricFile("1 1 1\n" + line).badLines == [2]) }

    @Test func modelWords() {
        #expect(MetricFile.modelWords([]) == nil)
        #expect(MetricFile.modelWords(["run"])?.run == "run")
        let words = MetricFile.modelWords(["run", "my", "data", "d1"])
        #expect(words?.dataset == "my data" && words?.digest == "d1")
    }

    @Test func aHistoryHasEachPointOnce() {
        let history = MetricFile("2 1 1\n1 1 1\n2 1 1\n2 nan 1\n2 0 1\n2 -0.0 1\n").history
        #expect(history.map(\.timestamp) == [1, 2, 2, 2])
        #expect(history.map(\.isNaN) == [false, false, true, false])
        #expect(history.map(\.value) == [1, 0, 0, 1])
    }
}
