import AssayCanonical
import AssayColumns
import AssayEvidence
import AssayJSON
import AssayMetrics
package import AssayPolicy
import AssayRecords
package import AssayTerms

/// What a monitor says of the rows of one window.
package struct MonitorAnswer: Sendable {
    package var window: MonitorWindow
    package var verdict: MonitorJudge.Verdict
    package var result: CheckResult?
    package var rowCount: Int
    package var labelledCount: Int
    var segments: [SHA256Digest]
    var through: Int64
    /// What this window counted, where all traffic is judged together.
    var counted: AnytimeTally?
    /// The same of a mean.
    var numbers: AnytimeNumbers?
    /// How many rows were judged together, of a mean.
    var overallRows: Int64?
    /// What all windows counted, where they are judged together.
    var overall: AnytimeTally?
    /// The window's own value, where they are.
    var windowValue: Double?

    /// Whether it judges all traffic until now, through whichever window it became known.
    var isOfAllTraffic: Bool { overall != nil || overallRows != nil }

    /// The answer that all traffic gives by what was counted until now.
    func judgedTogether(_ tally: AnytimeTally, _ monitor: PolicyMonitor, _ descriptor: CheckDescriptor?) -> MonitorAnswer {
        guard let descriptor, let alpha = monitor.alpha, let form = AnytimeForm(check: monitor.check.id) else { return self }
        var answer = self
        guard let estimate = tally.estimate(form, alpha: alpha), var own = result else {
            // Of a window that counted nothing, all that was counted before is not said again.
            return answer
        }
        answer.windowValue = own.value
        answer.overall = tally
        own.value = estimate.value
        own.interval = estimate.interval
        own.undefined = nil
        own.rows = Int(clamping: tally.rows)
        if form.comparesGroups {
            own.groups = tally.parts.map { part in
                CheckResult.Group(
                    group: part.group, count: Int(clamping: part.rows), value: part.rows > 0 ? Double(part.events) / Double(part.rows) : nil)
            }
        }
        answer.result = own
        answer.verdict = MonitorJudge.judge(monitor, own, descriptor)
        return answer
    }

    /// The answer that all traffic gives of a mean.
    ///
    /// - Parameter beyond: how many rows lay beyond the range stated, of all windows.
    func judgedTogether(_ mean: SequentialMean, beyond: Int64, scale: Double, _ monitor: PolicyMonitor, _ descriptor: CheckDescriptor?) -> MonitorAnswer {
        guard let descriptor, let value = mean.mean, var own = result else { return self }
        var answer = self
        var interval = mean.interval
        interval.low *= scale
        interval.high = beyond > 0 ? Double.greatestFiniteMagnitude : interval.high * scale
        answer.windowValue = own.value
        answer.overallRows = mean.seen.rows
        own.value = value * scale
        own.interval = interval
        own.undefined = nil
        own.rows = Int(clamping: mean.seen.rows)
        answer.result = own
        answer.verdict = MonitorJudge.judge(monitor, own, descriptor)
        return answer
    }

    /// Computes a monitor's check over rows, on a thread of its own, and judges it. Whatever keeps it from being computed makes the window
    /// incomplete, with the reason.
    ///
    /// - Parameters:
    ///   - reference: what `drift.*` compares with.
    /// - Complexity: as the check has it.
    static func compute(
        _ monitor: PolicyMonitor, _ descriptor: CheckDescriptor?, _ rows: WindowRows, window: MonitorWindow, reference: DriftProfile?
    ) async -> MonitorAnswer {
        func answer(_ verdict: MonitorJudge.Verdict, _ result: CheckResult? = nil, _ counted: EvidenceEngine.Counted? = nil) -> MonitorAnswer {
            MonitorAnswer(
                window: window, verdict: verdict, result: result, rowCount: rows.rowCount, labelledCount: rows.labelledCount,
                segments: rows.segments, through: rows.through, counted: counted?.tally, numbers: counted?.numbers)
        }
        guard let descriptor else { return answer(.incomplete("this server has no check of that name")) }
        // A rate of nothing is a rate.
        guard rows.rowCount > 0 || (descriptor.id == "service.rate" && window.seconds != nil) else { return answer(.incomplete("nothing was recorded in this window")) }
        if descriptor.needs.contains(.label), rows.labelledCount == 0 {
            return answer(.incomplete("no row of this window has a label yet"))
        }
        if descriptor.needs.contains(.reference), reference == nil {
            return answer(.incomplete("the version was frozen without a drift profile; make one of the training rows with assay profile --write-profile profile.json, log it, and register again"))
        }
        if let column = monitor.check.askedColumn, column != "", !rows.has(column), rows.rowCount > 0, !descriptor.needs.contains(.reference) {
            return answer(.incomplete("'\(column)' is recorded with no row of this window; send it with requests and name it with --record-column, or hand it in with labels"))
        }
        do {
            let request = try request(monitor.check, descriptor, window: window, has: rows.has)
            let counted = try await EvidenceEngine.countedAside(
                request, blocks: rows.blocks, range: monitor.range.flatMap { Double($0.string) },
                numbered: TrafficColumns.countsOnce(monitor) ? RecordColumn.position : nil, reference: reference)
            return answer(MonitorJudge.judge(monitor, counted.result, descriptor), counted.result, monitor.anytime == nil ? nil : counted)
        } catch {
            return answer(.incomplete((error as? AssayError)?.message ?? "it could not be computed"))
        }
    }

    /// What is computed for a check.
    ///
    /// - Parameter has: whether the rows have a column.
    static func request(
        _ check: PolicyCheck, _ descriptor: CheckDescriptor, window: MonitorWindow?, has: (Text) -> Bool
    ) throws(AssayError) -> EvidenceRequest {
        var privileged: PrivilegedRule?
        if let text = check.privileged, let column = check.column { privileged = try PrivilegedRule(parsing: text, columns: [column]) }
        let asked = CheckRequest(
            id: check.id, column: check.askedColumn, privileged: privileged, place: check.place.flatMap { CheckRequest.Place(rawValue: $0.rawValue) },
            options: check.options)
        var request = EvidenceRequest(data: DataFile(source: .path(""), name: "window"), checks: [asked])
        // Missing columns are named by the check itself.
        // Labels are joined for checks that need them alone.
        if descriptor.needs.contains(.label), has(RecordColumn.label) { request.label = RecordColumn.label }
        if has(RecordColumn.prediction) { request.prediction = RecordColumn.prediction }
        if has(RecordColumn.score) { request.score = RecordColumn.score }
        request.rows = check.slice
        request.windowSeconds = window?.seconds
        return request
    }

    var word: (verdict: MonitorJudge.Verdict, reason: Text) {
        switch verdict {
        case .kept: (verdict, "inside the limit")
        case .broken(let note): (verdict, Text(note.map { "outside the limit, \($0)" } ?? "outside the limit"))
        case .incomplete(let reason): (verdict, Text(reason))
        }
    }

    /// The result with what it is about, as it is kept. Groups that a plan has to ask for counting are left out: they may be single people.
    func detail(of monitor: PolicyMonitor) -> JSONObject {
        var object: JSONObject = [
            "check": .string(monitor.check.title), "window": .string(window.key.string), "rows": .integer(Int64(rowCount)),
            "labelled": .integer(Int64(labelledCount)), "segments": .array(segments.map { .string($0.hex) }),
        ]
        guard let result else { return object }
        object["definition"] = .integer(Int64(result.definition))
        object["value"] = result.value.map { .number($0) } ?? .null
        if let interval = result.interval {
            object["interval"] = ["low": .number(interval.low), "high": .number(interval.high), "level": .number(interval.level)]
        }
        if let rows = overall?.rows ?? overallRows, let alpha = monitor.anytime {
            object["anytime"] = [
                "alpha": .string(alpha.string), "rows": .integer(rows), "window_value": windowValue.map { .number($0) } ?? .null,
            ]
        }
        let shown = result.groups.filter { $0.count >= PolicyCheck.defaultMinimumGroup }
        if shown.count < result.groups.count { object["small_groups"] = .integer(Int64(result.groups.count - shown.count)) }
        object["groups"] = .array(
            shown.prefix(100).map { group in
                ["group": .string(group.group.string), "count": .integer(Int64(group.count)), "value": group.value.map { .number($0) } ?? .null]
            })
        return object
    }
}
