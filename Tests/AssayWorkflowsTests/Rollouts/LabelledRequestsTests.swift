import AssayColumns
import AssayRecords
import AssayTerms
import Testing

@testable import AssayWorkflows

/// Labels are counted once for a request, of the arm and the time that were asked for.
@Suite struct LabelledRequestsTests {
    private struct Row {
        var request: Int64
        var form: Text = "mlflow"
        var batch: Text?
        var row: Int64 = 0
        var arm: Text = "candidate"
        var time: Int64 = 100
        var status: Int64 = 200
        var predicted: Double = 1
        var label: Double? = 1
    }

    private static func block(_ rows: [Row], isLabelled: Bool = true) -> RowBlock {
        let arms = TextDictionary([""])
        var columns = [
            Column(name: RecordColumn.idHigh, values: .int64(rows.map { _ in 7 })), Column(name: RecordColumn.idLow, values: .int64(rows.map(\.request))),
            Column(name: RecordColumn.row, values: .int64(rows.map(\.row))), Column(name: RecordColumn.time, values: .timestamp(rows.map(\.time))),
            Column(name: RecordColumn.status, values: .int64(rows.map(\.status))),
            Column(name: RecordColumn.arm, values: .text(codes: rows.map { arms.code(for: $0.arm) }, dictionary: arms)),
            Column(name: RecordColumn.form, values: .text(codes: rows.map { arms.code(for: $0.form) }, dictionary: arms)),
            Column(
                name: RecordColumn.batch, values: .text(codes: rows.map { arms.code(for: $0.batch ?? "") }, dictionary: arms),
                validity: Validity(rows.map { $0.batch != nil })),
            Column(name: RecordColumn.prediction, values: .double(rows.map(\.predicted))),
        ]
        if isLabelled {
            columns.append(
                Column(
                    name: RecordColumn.label, values: .double(rows.map { $0.label ?? .nan }), validity: Validity(rows.map { $0.label != nil })))
        }
        return RowBlock(rowCount: rows.count, columns: columns)
    }

    private static func counts(_ rows: [Row], tolerance: Double = 0, isLabelled: Bool = true) -> [Int64] {
        let counts = LabelledRequests(block(rows, isLabelled: isLabelled), arm: "candidate", since: 100, tolerance: tolerance)
        return [counts.labelled, counts.mistaken]
    }

    @Test func whatIsAnotherArmEarlierOrFailedDoesNotCount() {
        let rows = [
            Row(request: 1), Row(request: 2, label: 0), Row(request: 3, arm: "baseline", label: 0), Row(request: 4, time: 99, label: 0),
            Row(request: 5, status: 400, label: 0), Row(request: 6, label: nil),
        ]
        #expect(Self.counts(rows) == [2, 1])
        #expect(Self.counts(rows, isLabelled: false) == [0, 0])
        #expect(Self.counts([]) == [0, 0])
    }

    @Test func ofARequestOneRowCountsAndWhichHangsOnItsIDAlone() {
        // The id draws row 5 % 3 = 2, whether it is labelled or not.
        let rows = [Row(request: 5, row: 0, label: 0), Row(request: 5, row: 1, label: 0), Row(request: 5, row: 2)]
        #expect(Self.counts(rows) == [1, 0])
        var late = rows
        late[2].label = nil
        #expect(Self.counts(late) == [0, 0])
    }

    @Test func numbersMayBeOffByTheTolerance() {
        let rows = [Row(request: 1, predicted: 1.5, label: 2), Row(request: 2, predicted: 1.4, label: 2)]
        #expect(Self.counts(rows, tolerance: 0.5) == [2, 1] && Self.counts(rows) == [2, 2])
    }

    private static func jobs(_ blocks: [[Row]]) -> [Int64] {
        var jobs = LabelledJobs()
        for rows in blocks { jobs.add(block(rows), arm: "candidate", since: 100, begun: 50, tolerance: 0) }
        return [jobs.labelled, jobs.mistaken]
    }

    @Test func aJobIsOneObservationInHoweverManySegments() {
        let whole = (0..<400).map { Row(request: Int64($0) / 50, form: "batch", batch: "november", row: Int64($0), label: 0) }
        #expect(Self.jobs([whole]) == [1, 1])
        #expect(Self.jobs([Array(whole[..<130]), Array(whole[130...])]) == [1, 1])
        // Which row is drawn hangs on no order and on no label: half of the rows are right, and the verdict is the same however they are divided.
        let mixed = whole.map { row in
            var row = row
            row.label = row.row % 2 == 0 ? 0 : nil
            return row
        }
        let once = Self.jobs([mixed])
        #expect(Self.jobs([Array(mixed[200...].reversed()), Array(mixed[..<200])]) == once && once[0] <= 1)
        let many = (0..<200).map { job in (0..<4).map { Row(request: Int64(job), form: "batch", batch: Text("job \(job)"), row: $0, label: $0 == 0 ? 0 : 1) } }
        let (labelled, mistaken) = (Self.jobs(many)[0], Self.jobs(many)[1])
        #expect(labelled == 200 && (30...70).contains(mistaken), "a quarter of the rows is wrong, so about a quarter of the drawn ones: \(mistaken)")
        // Requests are no jobs, nor are the rows of another arm or time.
        #expect(Self.jobs([[Row(request: 1, batch: "b"), Row(request: 2, form: "batch", batch: "b", arm: "answer"), Row(request: 3, form: "batch", batch: "c", time: 9)]]) == [0, 0])
    }

    /// A job that runs across a step counts for the one in which it began, in whatever order its segments are read; rows of a rollout before keep it
    /// from nothing.
    @Test func aJobAcrossStepsCountsForTheFirst() {
        func row(_ time: Int64, _ batch: Text) -> Row { Row(request: time, form: "batch", batch: batch, time: time, label: 0) }
        #expect(Self.jobs([[row(99, "across"), row(100, "across")]]) == [0, 0])
        #expect(Self.jobs([[row(150, "across")], [row(60, "across")], [row(150, "own")]]) == [1, 1])
        #expect(Self.jobs([[row(49, "again"), row(150, "again")]]) == [1, 1])
    }
}
