import AssayServer
import AssayServing
import AssayTerms

extension GatewayMetrics {
    /// What callers asked for: a few series for each caller of the file, whatever is sent.
    static func text(of gate: CallerGate, _ watch: ExtractionWatch?) -> String {
        var lines: [String] = []
        func begin(_ name: String, _ help: String) { lines += ["# HELP \(name) \(help)", "# TYPE \(name) counter"] }
        let counts = gate.counts
        begin("assay_gateway_caller_requests_total", "Requests by caller: answered, refused for want of a budget, or denied the model.")
        for (name, one) in counts {
            lines.append("assay_gateway_caller_requests_total{caller=\"\(name)\",outcome=\"answered\"} \(one.answered)")
            lines.append("assay_gateway_caller_requests_total{caller=\"\(name)\",outcome=\"refused\"} \(one.refused)")
            lines.append("assay_gateway_caller_requests_total{caller=\"\(name)\",outcome=\"denied\"} \(one.denied)")
        }
        begin("assay_gateway_caller_rows_total", "Rows scored by caller.")
        for (name, one) in counts { lines.append("assay_gateway_caller_rows_total{caller=\"\(name)\"} \(one.rows)") }
        begin("assay_gateway_caller_cost_total", "Units of cost by caller.")
        for (name, one) in counts { lines.append("assay_gateway_caller_cost_total{caller=\"\(name)\"} \(one.cost)") }
        begin("assay_gateway_extraction_signs_total", "Signs that a caller asks in order to copy a model.")
        for (count, value) in watch?.counts.sorted(by: { ($0.key.caller, $0.key.sign) < ($1.key.caller, $1.key.sign) }) ?? [] {
            lines.append("assay_gateway_extraction_signs_total{caller=\"\(count.caller)\",sign=\"\(count.sign.rawValue)\"} \(value)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
