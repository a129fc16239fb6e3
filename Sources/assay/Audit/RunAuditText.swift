import AssayJSON

/// The audit of a run for people.
enum RunAuditText {
    static func lines(_ report: JSONValue) -> [String] {
        let seals = report["seals"]?.array ?? []
        var lines = [title(report)] + seals.map(line)
        if let unsealed = unsealed(report["unsealed"]) { lines.append(unsealed) }
        lines += (report["findings"]?.array ?? []).map { "FINDING: \($0.string ?? "?")" }
        return lines + [report["verdict"]?.string ?? "?"]
    }

    private static func title(_ report: JSONValue) -> String {
        let id = "run \(report["run"]?.string ?? "?")"
        guard let status = report["status"]?.string else { return id }
        let deleted = report["lifecycle_stage"]?.string == "deleted" ? ", deleted" : ""
        return "\(id), experiment \(report["experiment"]?.string ?? "?"), \(status)\(deleted)"
    }

    /// `seal 2  log entry 41 (published)  2026-01-31T08:05:09.000Z  quiet  3 metric rows (places 5001 to 5003), …`
    private static func line(_ seal: JSONValue) -> String {
        let entry = seal["index"]?.integer.map { "log entry \($0)" } ?? "entry \(seal["entry"]?.string ?? "?")"
        let place = "\(entry) (\(seal["state"]?.string ?? "?"))  \(seal["time"]?.string ?? "?")"
        guard let number = seal["number"]?.integer else { return "seal –  \(place)  cannot be read, or was erased" }
        let counts = [("params", "params"), ("tags", "tags"), ("datasets", "data sets"), ("files", "files")]
            .map { "\(seal[$0.0]?.integer ?? 0) \($0.1)" }
        let changes = (seal["changes"]?.array ?? []).compactMap(\.string)
        return "seal \(number)  \(place)  \(seal["reason"]?.string ?? "?")  "
            + ([metrics(seal)] + counts).joined(separator: ", ")
            + (changes.isEmpty ? "" : "; changed since the seal before: \(changes.joined(separator: ", "))")
    }

    private static func metrics(_ seal: JSONValue) -> String {
        let count = seal["metrics"]?.integer ?? 0
        let rows = "\(count) metric row\(count == 1 ? "" : "s")"
        guard count > 0, let through = seal["through"]?.string else { return rows }
        return "\(rows) (\(seal["after"]?.string.map { "places after \($0)" } ?? "all") up to \(through))"
    }

    private static func unsealed(_ value: JSONValue?) -> String? {
        let rows = value?["metric_rows"]?.integer ?? 0
        let changes = (value?["changes"]?.array ?? []).compactMap(\.string)
        let parts = (rows > 0 ? ["\(rows) metric row\(rows == 1 ? "" : "s")"] : []) + changes
        if !parts.isEmpty { return "not sealed yet: \(parts.joined(separator: ", "))" }
        return value?["recorded"]?.bool == true ? "the server will look at it again; nothing differs so far" : nil
    }
}
