import ArgumentParser
import AssayJSON

/// Papers of dossiers as lines, from the JSON the server answers.
enum PaperText {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
    }

    /// `3f…  standing  training  the model loans  "Validators' course"  ana  2026-11-26T10:00:00Z`
    static func line(_ paper: JSONValue) -> String {
        let content = paper["content"]
        let parts = [
            paper["id"]?.string, state(paper), paper["type"]?.string, paper["about"]?.string,
            content?["title"]?.string.map { "\"\($0)\"" }, paper["made_by"]?.string,
            paper["made_ms"]?.integer.map(AccessTime.text),
        ]
        return parts.compactMap { $0 }.joined(separator: "  ") + "\n"
    }

    /// Its state, and that it does not count where the state does not say so.
    private static func state(_ paper: JSONValue) -> String {
        let state = paper["state"]?.string ?? "?"
        let counts = paper["counts"]?.bool ?? false
        return state == "standing" && !counts ? "standing, not in force now" : state
    }

    /// Everything it says, a line a field, and the entries of the log it was made by.
    static func whole(_ paper: JSONValue) -> String {
        var lines = [line(paper)]
        for (name, value) in paper["content"]?.object?.members ?? [] { lines += field(name, value, indent: "  ") }
        for entry in paper["history"]?.array ?? [] {
            let actor = entry["actor_name"]?.string ?? entry["actor"]?.string ?? "?"
            lines.append("  \(entry["time"]?.string ?? "?")  \(entry["kind"]?.string ?? "?")  \(actor)\n")
        }
        return lines.joined()
    }

    private static func field(_ name: String, _ value: JSONValue, indent: String) -> [String] {
        if let object = value.object {
            return ["\(indent)\(name):\n"] + object.members.flatMap { field($0.name, $0.value, indent: indent + "  ") }
        }
        if let array = value.array {
            if array.allSatisfy({ $0.object == nil }) {
                return ["\(indent)\(name): \(array.map(words).joined(separator: ", "))\n"]
            }
            return ["\(indent)\(name):\n"]
                + array.flatMap { item in
                    let fields = (item.object?.members ?? []).map { "\($0.name): \(words($0.value))" }
                    return ["\(indent)  - \(fields.joined(separator: "; "))\n"]
                }
        }
        return ["\(indent)\(name): \(words(value).replacing("\n", with: "\n\(indent)  "))\n"]
    }

    private static func words(_ value: JSONValue) -> String {
        value.string ?? value.integer.map(String.init) ?? value.bool.map { $0 ? "yes" : "no" } ?? String(decoding: value.bytes(), as: UTF8.self)
    }

    static func print(_ answer: JSONValue, _ format: Format, _ text: (JSONValue) -> String) throws {
        switch format {
        case .json: try StandardOutput.write(answer.bytes(pretty: true) + [UInt8(ascii: "\n")])
        case .text: try StandardOutput.write(Array(text(answer).utf8))
        }
    }

    /// Asks for one paper and prints it with its history.
    static func printWhole(_ path: [String], _ format: Format, _ options: ServerOptions) async throws {
        let answer = try await options.withClient { try await $0.get(path) }
        try print(answer, format, whole)
    }

    /// Asks for a list and prints it; an empty one says so.
    static func printList(
        _ path: [String], _ name: String, query: [(String, String)], _ format: Format, _ options: ServerOptions,
        line: (JSONValue) -> String = PaperText.line
    ) async throws {
        let answer = try await options.withClient { try await $0.get(path, query: query) }
        try print(answer, format) { answer in
            let papers = answer[name]?.array ?? []
            return papers.isEmpty ? "There are none.\n" : papers.map(line).joined()
        }
    }
}
