import AssayMetrics
import AssayTerms
import Testing

/// The goal: the jackknife's interval of a smooth measure holds the truth about as often as it says. The method: tables drawn from
/// known cells, the measure of the cells themselves as the truth.
@Suite struct JackknifeIntervalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var rows: Int
        /// The probability of each cell, by label and prediction.
        var cells: [Double]
        var measure: @Sendable (ClassMatrix) -> Estimate
        var testDescription: String { "\(name), \(rows) rows" }
    }

    static let three = [0.3, 0.05, 0.05, 0.05, 0.2, 0.05, 0.05, 0.05, 0.2]
    static let two = [0.55, 0.1, 0.1, 0.25]
    static let cases = [
        Case(name: "F1 macro", rows: 100, cells: three) { ClassMeasures.average(.f1, .macro, $0) },
        Case(name: "F1 macro", rows: 1000, cells: three) { ClassMeasures.average(.f1, .macro, $0) },
        Case(name: "kappa", rows: 100, cells: three) { ClassMeasures.cohenKappa($0) },
        Case(name: "MCC", rows: 200, cells: two) { ClassMeasures.matthewsCorrelation($0) },
        Case(name: "balanced accuracy", rows: 200, cells: two) { ClassMeasures.balancedAccuracy($0) },
    ]

    static func matrix(_ amounts: [Double]) -> ClassMatrix {
        let side = Int(Double(amounts.count).squareRoot())
        return ClassMatrix(
            amounts: amounts,
            labelRows: (0..<side).map { label in Int(amounts[(label * side)..<(label * side + side)].reduce(0, +)) },
            isWeighted: false)
    }

    @Test(arguments: cases)
    func holdsTheTruthAboutAsOftenAsItSays(test: Case) throws {
        let truth = try #require(test.measure(Self.matrix(test.cells.map { $0 * 10_000 })).value)
        var generator = SplitMix64(seed: 7)
        let repetitions = 2000
        var held = 0
        for _ in 0..<repetitions {
            var amounts = [Double](repeating: 0, count: test.cells.count)
            for _ in 0..<test.rows {
                var rest = generator.nextUnit()
                var cell = 0
                while cell + 1 < test.cells.count, rest >= test.cells[cell] {
                    rest -= test.cells[cell]
                    cell += 1
                }
                amounts[cell] += 1
            }
            if let interval = test.measure(Self.matrix(amounts)).interval, interval.low <= truth, truth <= interval.high {
                held += 1
            }
        }
        let coverage = Double(held) / Double(repetitions)
        // 95 %, give or take two points, and three standard errors of 2,000 repetitions.
        #expect(coverage > 0.93 - 0.015 && coverage < 0.97 + 0.012, "\(coverage)")
    }

    @Test func hasNoneWhereItSaysNothing() {
        #expect(ClassMeasures.cohenKappa(Self.matrix([50, 0, 0, 50])).interval == nil, "at the end of the range")
        #expect(ClassMeasures.cohenKappa(Self.matrix([10, 2, 3, 10])).interval == nil, "too few rows")
        #expect(ClassMeasures.cohenKappa(Self.matrix([20, 2, 3, 20])).interval?.method == "jackknife-logit")
    }
}
