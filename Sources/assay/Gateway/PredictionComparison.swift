import AssayJSON
import AssayServing
import AssayTerms

/// What was predicted in answers, and in how many rows two of them agree.
enum PredictionComparison {
    /// A label or number for each row, as it was scored, whatever form the answer has; read from its JSON where it does not say what was
    /// scored. `nil` where nothing was, or it cannot be read.
    ///
    /// - Parameter form: `mlflow` or `inference`.
    static func predictions(in answer: ServingAnswer, form: String) -> [JSONValue]? {
        if answer.status == 200, !answer.scored.isEmpty {
            return answer.scored.flatMap { rows in (0..<rows.rowCount).map { rows.labels.json($0) } }
        }
        guard answer.status == 200, answer.contentType.hasPrefix("application/json"), let json = try? JSONValue(parsing: answer.body) else { return nil }
        guard form == "inference" else { return json["predictions"]?.array }
        guard let output = json["outputs"]?.array?.first(where: { $0["name"]?.string == "predict" }), let data = output["data"]?.array,
            let rows = output["shape"]?.array?.first?.integer.flatMap({ Int(exactly: $0) }), rows > 0, data.count % rows == 0
        else { return nil }
        let width = data.count / rows
        return width == 1 ? data : (0..<rows).map { .array(Array(data[$0 * width..<($0 + 1) * width])) }
    }

    /// Row by row. Answers of different lengths agree in nothing.
    static func agreements(_ first: [JSONValue], _ second: [JSONValue], tolerance: Double) -> [Bool] {
        guard first.count == second.count else { return [Bool](repeating: false, count: max(first.count, second.count)) }
        return zip(first, second).map { agree($0, $1, tolerance) }
    }

    /// Equal labels; numbers that differ by no more than the tolerance; lists and objects in each part.
    static func agree(_ first: JSONValue, _ second: JSONValue, _ tolerance: Double) -> Bool {
        if let one = first.number, let other = second.number { return one == other || abs(one - other) <= tolerance }
        if let one = first.array, let other = second.array {
            return one.count == other.count && zip(one, other).allSatisfy { agree($0, $1, tolerance) }
        }
        if let one = first.object, let other = second.object {
            return one.count == other.count
                && one.members.allSatisfy { member in other[member.name].map { agree(member.value, $0, tolerance) } ?? false }
        }
        return first == second
    }

    /// Whether a row is predicted the label, as it is written in JSON: `1` is also 1.0 and "1".
    static func isLabel(_ value: JSONValue, _ label: String) -> Bool {
        if let text = value.string { return Text(text) == Text(label) }
        if let number = value.number { return Double(label) == number }
        if let bool = value.bool { return label == (bool ? "true" : "false") }
        return false
    }
}
