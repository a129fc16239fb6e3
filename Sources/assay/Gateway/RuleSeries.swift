import AssayServing
import AssayTerms

/// How many rows were held against rules, and which rules hit. Labels are names of a signed statement, so there are few.
struct RuleSeries: Sendable {
    private struct Key: Hashable, Comparable {
        let model: Text
        let rule: Text
        let action: String

        static func < (one: Key, other: Key) -> Bool { (one.model, one.rule, one.action) < (other.model, other.rule, other.action) }
    }

    /// By model.
    private var rows: [Text: UInt64] = [:]
    private var hits: [Key: (rows: UInt64, unknown: UInt64)] = [:]

    mutating func note(_ counts: [RuleFindings.Count], rows count: Int, model: Text) {
        rows[model, default: 0] += UInt64(count)
        for one in counts {
            let key = Key(model: model, rule: one.rule, action: one.action.rawValue)
            hits[key, default: (0, 0)].rows += UInt64(one.rows)
            hits[key, default: (0, 0)].unknown += UInt64(one.unknown)
        }
    }

    /// For Prometheus.
    var lines: [String] {
        var lines: [String] = []
        func begin(_ name: String, _ help: String) { lines += ["# HELP \(name) \(help)", "# TYPE \(name) counter"] }
        begin("assay_gateway_rule_rows_total", "Rows that were held against the rules of a model's statement.")
        for (model, count) in rows.sorted(by: { $0.key < $1.key }) {
            lines.append("assay_gateway_rule_rows_total{model=\"\(GatewayMetrics.escaped(model))\"} \(count)")
        }
        let hits = hits.sorted { $0.key < $1.key }
        begin("assay_gateway_rule_hits_total", "Rows that a rule hit, by what it asked for.")
        for (key, count) in hits { lines.append("assay_gateway_rule_hits_total{\(Self.labels(key))} \(count.rows)") }
        begin("assay_gateway_rule_unknown_total", "Of these, rows of which it could not be told whether the rule holds.")
        for (key, count) in hits { lines.append("assay_gateway_rule_unknown_total{\(Self.labels(key))} \(count.unknown)") }
        return lines
    }

    private static func labels(_ key: Key) -> String {
        "model=\"\(GatewayMetrics.escaped(key.model))\",rule=\"\(key.rule)\",action=\"\(key.action)\""
    }
}
