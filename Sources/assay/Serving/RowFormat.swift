import AssayJSON
import AssayTerms

/// The forms rows are written in.
enum RowFormat {
    case csv, jsonLines

    /// By the file's ending; standard output is CSV.
    init(_ path: String?) throws(AssayError) {
        guard let path else {
            self = .csv
            return
        }
        if path.hasSuffix(".csv") {
            self = .csv
        } else if path.hasSuffix(".jsonl") {
            self = .jsonLines
        } else {
            throw AssayError(.invalidArgument, "\(path): rows are written as .csv or .jsonl; give the file one of these endings")
        }
    }

    /// RFC 4180 with line feeds: quoted where a comma, quote or line break stands in the text.
    static func csvLine(_ cells: [JSONValue]) -> [UInt8] {
        var line: [UInt8] = []
        for (index, cell) in cells.enumerated() {
            if index > 0 { line.append(UInt8(ascii: ",")) }
            switch cell {
            case .string(let text):
                if text.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) {
                    line.append(UInt8(ascii: "\""))
                    line.append(contentsOf: text.replacing("\"", with: "\"\"").utf8)
                    line.append(UInt8(ascii: "\""))
                } else {
                    line.append(contentsOf: text.utf8)
                }
            case .bool(let value): line.append(contentsOf: (value ? "True" : "False").utf8)
            default: cell.append(to: &line)
            }
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    static func jsonLine(_ cells: some Sequence<(String, JSONValue)>) -> [UInt8] {
        JSONValue.object(JSONObject(cells)).bytes() + [UInt8(ascii: "\n")]
    }
}
