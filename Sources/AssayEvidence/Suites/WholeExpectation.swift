import AssayColumns
import AssayJSON
import AssayMetrics
import AssayTerms

/// Expects that no value, or no combination of values, occurs twice; every row of one that does is unexpected.
///
/// Memory: eight bytes a row and one entry a distinct combination, since a first row is known to be one of two only later.
struct UniqueExpectation: ExpectationState {
    let columns: [Text]
    let mostly: Double
    let ignored: TupleJudge.Ignored
    let form: RowExpectation.Form
    private var codes: [Int32] = []
    private var rows: [Int] = []
    private var combinations: [[ColumnValue?]: Int32] = [:]
    private var counts: [Int] = []
    private var shown: [(values: [ColumnValue?], shown: JSONValue)] = []

    init(_ columns: [Text], mostly: Double, ignored: TupleJudge.Ignored, form: RowExpectation.Form) {
        self.columns = columns
        self.mostly = mostly
        self.ignored = ignored
        self.form = form
    }

    mutating func add(_ block: RowBlock, rows: [Int]) throws(AssayError) {
        let columns = columns.compactMap { block[$0] }
        self.rows += rows
        for row in 0..<block.rowCount {
            let values = columns.map { $0.value(at: row) }
            let isIgnored =
                switch ignored {
                case .allMissing: values.allSatisfy { $0 == nil }
                case .anyMissing: values.contains(nil)
                case .never: false
                }
            guard !isIgnored else {
                codes.append(-1)
                continue
            }
            if let code = combinations[values] {
                counts[Int(code)] += 1
                codes.append(code)
                continue
            }
            guard let code = Int32(exactly: counts.count) else {
                throw AssayError(.limitExceeded, "there are more than 2,147,483,647 distinct rows")
            }
            combinations[values] = code
            counts.append(1)
            shown.append(RowExpectation.values(columns, row, form))
            codes.append(code)
        }
    }

    mutating func outcome() -> ExpectationOutcome {
        var tally = RowTally()
        for (index, code) in codes.enumerated() {
            let verdict: RowTally.Verdict = code < 0 ? .missing : counts[Int(code)] > 1 ? .unexpected : .expected
            tally.add(verdict, row: rows[index]) { shown[Int(code)] }
        }
        return ExpectationOutcome(
            success: tally.isSuccess(mostly: mostly), result: tally.result, elementCount: tally.elementCount)
    }
}

/// Expects values within so many standard deviations of the mean (pandas' `mean` and `std`).
struct DeviationExpectation: ExpectationState {
    let column: Text
    let mostly: Double
    let threshold: Double
    let isDoubleSided: Bool
    private var numbers: [Double] = []
    private var rows: [Int] = []
    private var statistics: NumberBlocks = NumberBlocks()

    init(column: Text, mostly: Double, threshold: Double, isDoubleSided: Bool) {
        self.column = column
        self.mostly = mostly
        self.threshold = threshold
        self.isDoubleSided = isDoubleSided
    }

    mutating func add(_ block: RowBlock, rows: [Int]) throws(AssayError) {
        guard let column = block[column] else { return }
        let read = try NumberColumn(column)
        self.rows += rows
        statistics.add(column)
        for row in read.values.indices {
            numbers.append(read.validity?[row] ?? true ? read.values[row] : .nan)
        }
    }

    mutating func outcome() -> ExpectationOutcome {
        var tally = RowTally()
        let moments = statistics.moments
        for (index, number) in numbers.enumerated() {
            var verdict = RowTally.Verdict.missing
            if !number.isNaN {
                // A score that is undefined is below nothing.
                verdict = .unexpected
                if let mean = moments.mean, let deviation = moments.standardDeviation, deviation > 0 {
                    let score = (number - mean) / deviation
                    if isDoubleSided ? abs(score) < abs(threshold) : score < threshold { verdict = .expected }
                }
            }
            tally.add(verdict, row: rows[index]) {
                let value = ColumnValue(number)
                return ([value], value.map(ValidationJSON.value) ?? .null)
            }
        }
        return ExpectationOutcome(
            success: tally.isSuccess(mostly: mostly), result: tally.result, elementCount: tally.elementCount)
    }
}
