import ArgumentParser
import AssayJSON
import AssayTerms

/// Fields of a form as the command line gives them: `--set NAME=VALUE`, or a JSON file.
struct FieldArguments: ParsableArguments {
    @Option(name: .customLong("set"), help: "A field: NAME=VALUE. A list is written VALUE,VALUE; @FILE takes the text of a file.")
    var fields: [String] = []

    @Option(name: .customLong("from"), help: "A JSON file with fields.")
    var file: String?

    /// - Parameters:
    ///   - numbers: fields that are whole numbers.
    ///   - lists: fields that are lists.
    func members(numbers: Set<Text>, lists: Set<Text> = []) throws -> JSONObject {
        var members: JSONObject = [:]
        if let file {
            do {
                guard let object = try JSONValue(parsing: try SmallFile.bytes(of: file)).object else {
                    throw AssayError(.unreadable, "\(file) is no JSON object.")
                }
                members = object
            } catch let error as JSONError {
                throw AssayError(.unreadable, "\(file) is no JSON: \(error.message)")
            }
        }
        for field in fields {
            guard let place = field.firstIndex(of: "=") else {
                throw AssayError(.invalidArgument, "'\(field.prefix(64))' is no field; write NAME=VALUE.")
            }
            let name = String(field[..<place])
            var value = String(field[field.index(after: place)...])
            if value.hasPrefix("@") { value = String(decoding: try SmallFile.bytes(of: String(value.dropFirst())), as: UTF8.self) }
            if numbers.contains(Text(name)), let number = Int64(value) {
                members[name] = .integer(number)
            } else if lists.contains(Text(name)) {
                members[name] = .array(value.split(separator: ",").map { .string(String($0)) })
            } else {
                members[name] = .string(value)
            }
        }
        return members
    }
}
