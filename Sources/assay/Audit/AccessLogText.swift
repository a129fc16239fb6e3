import AssayJSON

/// Records of the access log for people and for tables.
enum AccessLogText {
    static func lines(_ answer: JSONValue) -> [String] {
        let records = answer["records"]?.array ?? []
        guard !records.isEmpty else { return ["Nothing of the kind is recorded.\n"] }
        var lines = records.map { record in
            let count = record["count"]?.integer ?? 1
            let times = count == 1 ? "" : "  ×\(count)"
            let objects = (record["objects"]?.array ?? []).compactMap(\.string).joined(separator: " ")
            let who = record["name"]?.string ?? record["principal"]?.string ?? ""
            return "\(time(record))  \(who.printable)  \(word(record, "verb"))  \(word(record, "outcome"))  \(objects.printable)\(times)\n"
        }
        if answer["cut"]?.bool == true { lines.append("There is more: ask with a larger --limit, or for a shorter time.\n") }
        return lines
    }

    static func csv(_ answer: JSONValue) -> [String] {
        ["time,name,principal,verb,outcome,count,route,objects,address\r\n"]
            + (answer["records"]?.array ?? []).map { record in
                let objects = (record["objects"]?.array ?? []).compactMap(\.string).joined(separator: " ")
                let cells = [
                    time(record), word(record, "name"), word(record, "principal"), word(record, "verb"),
                    word(record, "outcome"), String(record["count"]?.integer ?? 1), word(record, "route"), objects,
                    word(record, "address"),
                ]
                return cells.map(cell).joined(separator: ",") + "\r\n"
            }
    }

    /// Quoted throughout; what a spreadsheet would take for a formula gets an apostrophe before it.
    private static func cell(_ text: String) -> String {
        let text = text.printable
        let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
        return "\"" + (isFormula ? "'" : "") + text.replacing("\"", with: "\"\"") + "\""
    }

    private static func word(_ record: JSONValue, _ name: String) -> String { record[name]?.string ?? "" }

    private static func time(_ record: JSONValue) -> String { AccessTime.text(record["time"]?.integer ?? 0) }
}
