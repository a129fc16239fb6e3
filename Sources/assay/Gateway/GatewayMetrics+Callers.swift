import AssayServer
import AssayServing
import AssayTerms

extension GatewayMetrics {
    /// What callers asked for.
    ///
    /// Who asks how much is not for everybody who reads numbers: callers are added up unless they are to be named (`--metrics-callers`). Then there
    /// are a few series for each caller of the file, whatever is sent.
    static func text(of gate: CallerGate, _ watch: ExtractionWatch?, namesCallers: Bool) -> String {
        var lines: [String] = []
        func write(_ name: String, _ help: String, _ samples: [(caller: Text, label: String, count: UInt64)]) {
            lines += ["# HELP \(name) \(help)", "# TYPE \(name) counter"]
            var sums: [(labels: String, count: UInt64)] = []
            for sample in samples {
                let parts = (namesCallers ? ["caller=\"\(sample.caller)\""] : []) + (sample.label.isEmpty ? [] : [sample.label])
                let labels = parts.isEmpty ? "" : "{\(parts.joined(separator: ","))}"
                guard let place = sums.firstIndex(where: { $0.labels == labels }) else {
                    sums.append((labels, sample.count))
                    continue
                }
                sums[place].count += sample.count
            }
            lines += sums.map { "\(name)\($0.labels) \($0.count)" }
        }
        let counts = gate.counts
        write(
            "assay_gateway_caller_requests_total", "Requests of callers: answered, refused for want of a budget, or denied the model.",
            counts.flatMap { name, one in
                [
                    (name, "outcome=\"answered\"", one.answered), (name, "outcome=\"refused\"", one.refused), (name, "outcome=\"denied\"", one.denied),
                ]
            })
        write("assay_gateway_caller_rows_total", "Rows scored for callers.", counts.map { ($0, "", $1.rows) })
        write("assay_gateway_caller_cost_total", "Units of cost of callers.", counts.map { ($0, "", $1.cost) })
        let signs = watch?.counts.sorted { ($0.key.caller, $0.key.sign) < ($1.key.caller, $1.key.sign) } ?? []
        write(
            "assay_gateway_extraction_signs_total", "Signs that a caller asks in order to copy a model.",
            signs.map { ($0.caller, "sign=\"\($0.sign.rawValue)\"", $1) })
        return lines.joined(separator: "\n") + "\n"
    }
}
