import AssayJSON
import AssayTerms

/// Jobs for people, a line each.
enum GatewayJobText {
    static func hasNotEnded(_ job: JSONValue) -> Bool { ["waiting", "running"].contains(job["state"]?.string) }

    static func write(_ jobs: [JSONValue]) throws(AssayError) {
        var lines: [String] = []
        for job in jobs {
            let done = job["rows_done"]?.integer ?? 0
            var parts = [job["id"]?.string ?? "", "\(job["model"]?.string ?? "")/\(job["version"]?.integer ?? 0)", job["state"]?.string ?? ""]
            parts.append(job["rows_in_all"]?.integer.map { "\(done) of \($0) rows" } ?? "\(done) rows")
            if let rate = job["rows_per_second"]?.number { parts.append("\(Int64(rate)) rows/s") }
            if let arm = job["arm"]?.string { parts.append("\(arm) of the rollout \(job["rollout"]?.string ?? "")") }
            if let message = job["message"]?.string { parts.append(message) }
            lines.append(parts.joined(separator: "  ").printable)
        }
        try StandardOutput.write(Array(lines.map { $0 + "\n" }.joined().utf8))
    }
}
