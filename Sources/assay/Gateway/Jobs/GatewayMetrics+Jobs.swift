extension GatewayMetrics {
    static func text(of jobs: JobStore) -> String {
        let (states, rows) = jobs.counts
        var lines = ["# HELP assay_gateway_jobs Jobs that are kept, by state.", "# TYPE assay_gateway_jobs gauge"]
        lines += GatewayJob.State.allCases.map { "assay_gateway_jobs{state=\"\($0.rawValue)\"} \(states[$0, default: 0])" }
        lines += ["# HELP assay_gateway_job_rows_total Rows scored by jobs.", "# TYPE assay_gateway_job_rows_total counter", "assay_gateway_job_rows_total \(rows)"]
        return lines.joined(separator: "\n") + "\n"
    }
}
