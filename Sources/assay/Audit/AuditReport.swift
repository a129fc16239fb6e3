import AssayJSON
import AssayLedgerCheck
import AssayWorkflows

/// What `assay audit verify` found: of the log by the independent verifier, and of the tables beside it.
struct AuditReport {
    let log: VerificationReport
    /// `nil` where no database was at hand, or no keys to open its payloads with.
    let records: RecordComparison?

    var isConsistent: Bool { log.isConsistent && records?.isEqual ?? true }

    /// For people; the last line is the verdict.
    var lines: [String] {
        guard let records else { return log.lines }
        var lines = Array(log.lines.dropLast())
        lines.append(
            "records: \(records.factCount) facts of the database compared with what \(records.entryCount) entries decided"
                + (records.unknownCount > 0 ? "; \(records.unknownCount) cannot be compared" : ""))
        lines += records.differences.map { "FINDING: assay.db: \($0.text)" }
        return lines + [verdict]
    }

    var json: JSONValue {
        guard case .object(var object) = AuditReportJSON.value(log) else { return AuditReportJSON.value(log) }
        object["consistent"] = .bool(isConsistent)
        object["verdict"] = .string(verdict)
        object["records"] = records.map { records in
            [
                "entries": .integer(Int64(records.entryCount)), "facts": .integer(Int64(records.factCount)),
                "unknown": .integer(Int64(records.unknownCount)),
                "differences": .array(
                    records.differences.map { ["object": .string($0.object), "detail": .string($0.detail)] }),
            ]
        } ?? .null
        return .object(object)
    }

    private var verdict: String {
        let differences = records?.differences.count ?? 0
        guard differences > 0 else { return log.verdict }
        let count = log.findings.count + differences
        return "NOT consistent: \(count) finding\(count == 1 ? "" : "s")"
    }
}
