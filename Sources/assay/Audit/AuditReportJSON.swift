import AssayJSON
import AssayLedgerCheck

/// The verifier's report for programs.
enum AuditReportJSON {
    static func value(_ report: VerificationReport) -> JSONValue {
        [
            "consistent": .bool(report.isConsistent),
            "verdict": .string(report.verdict),
            "origin": report.origin.map { .string($0) } ?? .null,
            "size": integer(report.size),
            "root": report.root.map { .string($0) } ?? .null,
            "checkpoints": .integer(Int64(report.checkpointCount)),
            "key": report.hasForeignKey ? "given" : "own",
            "compared_sizes": .array(report.comparedSizes.map { integer($0) }),
            "database": report.databaseEntryCount.map { count in
                [
                    "entries": .integer(Int64(count)), "payloads": .integer(Int64(report.payloadCount)),
                    "erased": .integer(Int64(report.erasedPayloadCount)),
                ]
            } ?? .null,
            "findings": .array(report.findings.map(finding)),
            "pending": .array(report.pending.map { .string($0) }),
        ]
    }

    static func value(_ check: ExportCheck) -> JSONValue {
        guard case .object(var object) = value(check.log) else { return .null }
        object["consistent"] = .bool(check.isConsistent)
        object["verdict"] = .string(check.lines.last ?? "")
        object["export"] = [
            "entries": check.entries.map { range in
                range.isEmpty ? .null : ["first": integer(range.lowerBound), "last": integer(range.upperBound - 1)]
            } ?? .null,
            "payloads": .integer(Int64(check.payloadCount)), "erased": .integer(Int64(check.erasedCount)),
            "policies": .integer(Int64(check.policyCount)), "evidence": .integer(Int64(check.evidenceCount)),
            "findings": .array(check.findings.map(finding)),
        ]
        return .object(object)
    }

    private static func finding(_ finding: Finding) -> JSONValue {
        [
            "file": .string(finding.file),
            "offset": finding.offset.map { .integer(Int64($0)) } ?? .null,
            "length": finding.length.map { .integer(Int64($0)) } ?? .null,
            "line": finding.line.map { .integer(Int64($0)) } ?? .null,
            "entries": finding.entries.flatMap { entries in
                entries.isEmpty
                    ? nil
                    : ["first": integer(entries.lowerBound), "last": integer(entries.upperBound - 1)] as JSONValue
            } ?? .null,
            "message": .string(finding.message),
        ]
    }

    private static func integer(_ value: UInt64?) -> JSONValue {
        value.flatMap { Int64(exactly: $0) }.map { .integer($0) } ?? .null
    }
}
