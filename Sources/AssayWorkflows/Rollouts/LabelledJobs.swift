import AssayColumns
import AssayRecords
import AssayTerms

/// Of the jobs in blocks of records, how many have a label, and how many of these were predicted wrongly. A job is one observation, whatever number of
/// rows, parts and segments it has: one of its rows is looked at, drawn by the ids of its records: before its label is known, so that it hangs on
/// no label. Jobs are told apart by `@batch`.
struct LabelledJobs: Hashable, Sendable {
    private struct Drawn: Hashable {
        var number: UInt64
        var isLabelled: Bool
        var isMistaken: Bool
    }

    private var jobs: [Text: Drawn] = [:]
    /// Those that began before the step: they count for the one in which they began.
    private var early: Set<Text> = []

    private var counted: some Sequence<Drawn> { jobs.lazy.filter { !early.contains($0.key) }.map(\.value) }
    var labelled: Int64 { Int64(counted.count { $0.isLabelled }) }
    var mistaken: Int64 { Int64(counted.count { $0.isMistaken }) }

    /// As ``LabelledRequests/init(_:arm:since:tolerance:)``, of the rows of jobs alone. A job with rows from before `since` is left out.
    ///
    /// - Parameter begun: rows from before are of another rollout, and keep no job from being counted.
    /// - Complexity: O(rows).
    mutating func add(_ block: RowBlock, arm: String, since: Int64, begun: Int64, tolerance: Double) {
        guard let ids = RecordIDs(block), let arms = block[RecordColumn.arm], let forms = block[RecordColumn.form], let batches = block[RecordColumn.batch],
            let predictions = block[RecordColumn.prediction], case .timestamp(let times)? = block[RecordColumn.time]?.values,
            case .int64(let status)? = block[RecordColumn.status]?.values
        else { return }
        let labels = block[RecordColumn.label]
        for row in 0..<block.rowCount
        where status[row] == 200 && times[row] >= begun && arms.value(at: row)?.name.string == arm && forms.value(at: row)?.name.string == "batch" {
            guard let job = batches.value(at: row)?.name else { continue }
            guard times[row] >= since else {
                early.insert(job)
                continue
            }
            let number = Self.mixed(Self.mixed(ids[row].high ^ Self.mixed(ids[row].low)) ^ UInt64(bitPattern: ids[row].row))
            if let drawn = jobs[job], drawn.number <= number { continue }
            var drawn = Drawn(number: number, isLabelled: false, isMistaken: false)
            if let predicted = predictions.value(at: row), let label = labels?.value(at: row) {
                drawn.isLabelled = true
                drawn.isMistaken = !LabelledRequests.isRight(predicted, label, tolerance: tolerance)
            }
            jobs[job] = drawn
        }
    }

    /// Each bit of the answer hangs on each bit of the number.
    ///
    /// - Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014: the finalizer of SplitMix64.
    private static func mixed(_ number: UInt64) -> UInt64 {
        var mixed = number &+ 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
