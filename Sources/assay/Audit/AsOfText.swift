import AssayJSON

/// Governed state as of a moment, for people.
enum AsOfText {
    static func lines(_ state: JSONValue) -> [String] {
        var lines = ["as of \(state["as_of"]?.string ?? "?"): \(place(state))"]
        for model in state["models"]?.array ?? [] {
            lines.append("model \(model["name"]?.string ?? "?")")
            let aliases = model["aliases"]?.array ?? []
            for version in model["versions"]?.array ?? [] {
                let number = version["version"]?.integer ?? 0
                let held = aliases.filter { $0["holds"]?.string == "version \(number)" }.compactMap { $0["alias"]?.string }
                lines.append(
                    "  version \(number)  \(version["stage"]?.string ?? "?")"
                        + held.map { "  @\($0)" }.joined()
                        + (version["adopted_by"]?.string.map { "  adopted by \($0)" } ?? ""))
            }
        }
        for fact in state["facts"]?.array ?? [] {
            lines.append("\(fact["object"]?.string ?? "?"): \(fact["value"]?.string ?? "?")")
        }
        return lines
    }

    private static func place(_ state: JSONValue) -> String {
        guard let entry = state["last_entry"], let id = entry["id"]?.string else { return "before the first entry" }
        let name = entry["index"]?.integer.map { "log entry \($0)" } ?? "entry \(id)"
        return "after \(name), \(entry["kind"]?.string ?? "?") of \(entry["time"]?.string ?? "?"), \(state["entries"]?.integer ?? 0) decisions in all"
    }
}
