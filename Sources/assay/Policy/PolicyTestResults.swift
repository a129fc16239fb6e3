import AssayJSON
import AssayPages
import AssayPolicy
import AssayTerms
import AssayWorkflows

/// How the cases of a policy came out, as it is shown.
struct PolicyTestResults {
    let policy: Policy
    let file: String
    let outcomes: [PolicyTestCase.Outcome]

    var holds: Bool { outcomes.allSatisfy { $0.problems.isEmpty } }

    private var summary: String {
        let failed = outcomes.count { !$0.problems.isEmpty }
        return failed == 0 ? "all \(outcomes.count) cases hold" : "\(failed) of \(outcomes.count) cases \(failed == 1 ? "does" : "do") not hold"
    }

    /// TAP 14: a line for each case, and below one that does not hold what is wrong and all of the gate's reasons.
    var text: String {
        var lines = ["TAP version 14", "1..\(outcomes.count)"]
        for (index, outcome) in outcomes.enumerated() {
            // '#' begins a directive in this protocol, and a backslash escapes it.
            let name = outcome.name.string.printable.map { $0 == "#" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
            lines.append("\(outcome.problems.isEmpty ? "ok" : "not ok") \(index + 1) - \(name)")
            guard !outcome.problems.isEmpty else { continue }
            lines += ["  ---", "  at: \(Self.quoted("\(file):\(outcome.position)"))", "  problems:"]
            lines += outcome.problems.map { "    - \(Self.quoted($0))" }
            let reasons = outcome.outcome.parts.flatMap(\.reasons)
            lines.append("  decision: \(outcome.outcome.decision.rawValue)")
            if !reasons.isEmpty { lines.append("  reasons:") }
            lines += reasons.map { "    - \(Self.quoted("\($0.decision.rawValue) \($0.code.rawValue): \($0.text)"))" }
            lines.append("  ...")
        }
        lines.append("# policy \(policy.title): \(summary)")
        return lines.map { $0 + "\n" }.joined()
    }

    /// A YAML scalar on one line.
    private static func quoted(_ text: String) -> String {
        "'" + text.printable.map { $0 == "'" ? "''" : "\($0)" }.joined() + "'"
    }

    var json: JSONValue {
        [
            "policy": .string(policy.name.string), "version": .string(policy.version.string),
            "digest": ["sha256": .string(policy.digest.hex)], "holds": .bool(holds),
            "cases": .array(
                outcomes.map { outcome in
                    [
                        "name": .string(outcome.name.string), "line": .integer(Int64(outcome.position.line)),
                        "holds": .bool(outcome.problems.isEmpty), "expected": .string(outcome.expected.rawValue),
                        "problems": .array(outcome.problems.map { .string($0) }), "decision": DecisionJSON.value(of: outcome.outcome),
                    ]
                }),
        ]
    }

    var report: Report {
        var report = Report(title: "Cases of policy \(policy.title)")
        report.verdict = (holds ? .pass : .fail, summary)
        report.findings = outcomes.map { outcome in
            let reasons = outcome.outcome.parts.flatMap(\.reasons).map { "\($0.decision.rawValue) \($0.code.rawValue): \($0.text)" }
            let decision = "the gate says \(outcome.outcome.decision.rawValue)"
            return Report.Finding(
                id: "policy.\(policy.name)", place: outcome.name.string, outcome: outcome.problems.isEmpty ? .pass : .fail,
                message: outcome.problems.isEmpty ? decision : (outcome.problems + reasons).joined(separator: "\n"))
        }
        return report
    }
}
