import AssayCanonical
import AssayColumns
import AssayEvidence
import AssayJSON
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

    /// Computes a monitor's check over rows, on a thread of its own, and judges it. Whatever keeps it from being computed makes the window
    /// incomplete, with the reason.
    ///
    /// - Parameters:
    ///   - reference: what `drift.*` compares with.
    /// - Complexity: as the check has it.
    static func compute(
        _ monitor: PolicyMonitor, _ descriptor: CheckDescriptor?, _ rows: WindowRows, window: MonitorWindow, reference: DriftProfile?
    ) async -> MonitorAnswer {
        func answer(_ verdict: MonitorJudge.Verdict, _ result: CheckResult? = nil) -> MonitorAnswer {
            MonitorAnswer(
                window: window, verdict: verdict, result: result, rowCount: rows.rowCount, labelledCount: rows.labelledCount,
                segments: rows.segments, through: rows.through)
        }
        guard let descriptor else { return answer(.incomplete("this server has no check of that name")) }
        guard rows.rowCount > 0 else { return answer(.incomplete("nothing was recorded in this window")) }
        if descriptor.needs.contains(.label), rows.labelledCount == 0 {
            return answer(.incomplete("no row of this window has a label yet"))
        }
        if descriptor.needs.contains(.reference), reference == nil {
            return answer(.incomplete("the version was frozen without a drift profile; make one of the training rows with assay profile --write-profile profile.json, log it, and register again"))
        }
        if let column = monitor.check.askedColumn, column != "", !rows.has(column), !descriptor.needs.contains(.reference) {
            return answer(.incomplete("'\(column)' is recorded with no row of this window; send it with requests and name it with --record-column, or hand it in with labels"))
        }
        do {
            let result = try await Self.result(monitor.check, rows, reference)
            return answer(MonitorJudge.judge(monitor, result, descriptor), result)
        } catch {
            return answer(.incomplete((error as? AssayError)?.message ?? "it could not be computed"))
        }
    }

    private static func result(
        _ check: PolicyCheck, _ rows: WindowRows, _ reference: DriftProfile?
    ) async throws -> CheckResult {
        var privileged: PrivilegedRule?
        if let text = check.privileged, let column = check.column { privileged = try PrivilegedRule(parsing: text, columns: [column]) }
        let asked = CheckRequest(
            id: check.id, column: check.askedColumn, privileged: privileged, place: check.place.flatMap { CheckRequest.Place(rawValue: $0.rawValue) },
            options: check.options)
        var request = EvidenceRequest(data: DataFile(source: .path(""), name: "window"), checks: [asked])
        // Missing columns are named by the check itself.
        if rows.has(RecordColumn.label) { request.label = RecordColumn.label }
        if rows.has(RecordColumn.prediction) { request.prediction = RecordColumn.prediction }
        if rows.has(RecordColumn.score) { request.score = RecordColumn.score }
        request.rows = check.slice
        guard let result = try await EvidenceEngine.resultsAside(of: request, blocks: rows.blocks, reference: reference).first else {
            throw AssayError(.internalFault, "the check gave no result")
        }
        return result
    }

    var word: (verdict: MonitorJudge.Verdict, reason: Text) {
        switch verdict {
        case .kept: (verdict, "inside the limit")
        case .broken(let note): (verdict, Text(note.map { "outside the limit, \($0)" } ?? "outside the limit"))
        case .incomplete(let reason): (verdict, Text(reason))
        }
    }

    /// The result with what it is about, as it is kept.
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
        object["groups"] = .array(
            result.groups.prefix(100).map { group in
                ["group": .string(group.group.string), "count": .integer(Int64(group.count)), "value": group.value.map { .number($0) } ?? .null]
            })
        return object
    }
}
