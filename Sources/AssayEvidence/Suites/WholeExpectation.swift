import AssayColumns
import AssayJSON
import AssayMetrics
import AssayTerms

/// The data's numbers of rows that were kept one after the other.
struct KeptRows {
    private var parts: [(start: Int, rows: SelectedRows)] = []
    private(set) var count = 0

    mutating func add(_ rows: SelectedRows, count added: Int) {
        parts.append((count, rows))
        count += added
    }

    subscript(place: Int) -> Int {
        guard let part = parts.last(where: { $0.start <= place }) else { preconditionFailure("no row has that place") }
        return part.rows[place - part.start]
    }
}

/// Expects that no value, or no combination of values, occurs twice; every row of one that does is unexpected.
///
/// Memory: four bytes a row and one entry a distinct combination, since a first row is known to be one of two only later.
struct UniqueExpectation: ExpectationState {
    let columns: [Text]
    private let types: [ColumnType]
    private let mostly: Double
    private let ignored: IgnoredRows
    private let form: RowExpectation.Form
    private var coder: CombinationCoder
    /// Of each row, -1 where it is left out.
    private var codes: [Int32] = []
    private var rows = KeptRows()
    private var counts: [Int32] = []

    init(
        _ columns: [Text], types: [ColumnType], mostly: Double, ignored: IgnoredRows, form: RowExpectation.Form
    ) {
        self.columns = columns
        self.types = types
        self.mostly = mostly
        self.ignored = ignored
        self.form = form
        coder = CombinationCoder(types: types)
    }

    mutating func add(_ block: RowBlock, rows: SelectedRows) throws(AssayError) {
        let columns = columns.compactMap { block[$0] }
        var added = try coder.codes(of: columns)
        ignored.missing(in: columns)?.forEachRow { row in
            added[row] = -1
            return true
        }
        if let highest = added.max(), Int(highest) >= counts.count {
            counts += [Int32](repeating: 0, count: Int(highest) + 1 - counts.count)
        }
        // Two are as many as any.
        for code in added where code >= 0 { counts[Int(code)] = min(2, counts[Int(code)] &+ 1) }
        self.rows.add(rows, count: added.count)
        codes += added
    }

    mutating func outcome() -> ExpectationOutcome {
        var tally = RowTally()
        let verdicts = RowVerdicts(
            unexpected: RowBits(count: codes.count) { codes[$0] >= 0 && counts[Int(codes[$0])] > 1 },
            missing: RowBits(count: codes.count) { codes[$0] < 0 })
        tally.add(verdicts, number: { rows[$0] }) { place in
            let values = coder.values(of: codes[place])
            return (values, RowExpectation.shown(values, columns, types, form))
        }
        return ExpectationOutcome(
            success: tally.isSuccess(mostly: mostly), result: tally.result, elementCount: tally.elementCount)
    }
}

/// Expects values within so many standard deviations of the mean (pandas' `mean` and `std`).
struct DeviationExpectation: ExpectationState {
    let columns: [Text]
    private let mostly: Double
    private let threshold: Double
    private let isDoubleSided: Bool
    private let shared: SharedColumn
    /// Of each row, NaN where it has none.
    private var numbers: [Double] = []
    private var rows = KeptRows()

    init(_ column: SharedColumn, mostly: Double, threshold: Double, isDoubleSided: Bool) {
        columns = [column.name]
        shared = column
        self.mostly = mostly
        self.threshold = threshold
        self.isDoubleSided = isDoubleSided
    }

    mutating func add(_ block: RowBlock, rows: SelectedRows) throws(AssayError) {
        guard let column = block[columns[0]] else { return }
        let read = try NumberColumn(column)
        self.rows.add(rows, count: column.count)
        let start = numbers.count
        numbers += read.values
        if let validity = read.validity {
            RowBits(missingOf: validity).forEachRow { row in
                numbers[start + row] = .nan
                return true
            }
        }
    }

    mutating func outcome() -> ExpectationOutcome {
        var tally = RowTally()
        let moments = shared.statistics.moments
        let numbers = numbers
        var unexpected = RowBits(count: numbers.count) { _ in true }
        // A score that is undefined is below nothing.
        if let mean = moments.mean, let deviation = moments.standardDeviation, deviation > 0 {
            let (limit, isDoubleSided) = (threshold, isDoubleSided)
            unexpected = RowBits(count: numbers.count) { place in
                let score = (numbers[place] - mean) / deviation
                return isDoubleSided ? !(abs(score) < abs(limit)) : !(score < limit)
            }
        }
        let verdicts = RowVerdicts(unexpected: unexpected, missing: RowBits(count: numbers.count) { numbers[$0].isNaN })
        tally.add(verdicts, number: { rows[$0] }) { place in
            let value = ColumnValue(numbers[place])
            return ([value], value.map(ValidationJSON.value) ?? .null)
        }
        return ExpectationOutcome(
            success: tally.isSuccess(mostly: mostly), result: tally.result, elementCount: tally.elementCount)
    }
}
