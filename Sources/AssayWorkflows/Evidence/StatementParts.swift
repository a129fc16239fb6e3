import AssayTerms

/// What signed statements have in common, kept once: an evaluator's hundred statements about a thousand models differ in numbers and
/// digests alone. Bounded: a full table begins anew, and what it gave out stays shared.
struct StatementParts: Sendable {
    private static let limit = 8_192

    private var texts: Set<Text> = []
    private var inputs: Set<[Envelope.Input]> = []
    private var parameters: Set<[Text: Envelope.Parameter]> = []
    private var options: Set<[Text: Text]> = []

    /// The same statement on shared storage.
    mutating func shared(_ statement: Envelope) -> Envelope {
        var statement = statement
        statement.engineVersion = shared(statement.engineVersion)
        statement.computedAt = shared(statement.computedAt)
        statement.inputs = Self.shared(statement.inputs, in: &inputs)
        statement.parameters = Self.shared(statement.parameters, in: &parameters)
        for index in statement.results.indices {
            statement.results[index].id = shared(statement.results[index].id)
            statement.results[index].column = statement.results[index].column.map { Self.shared($0, in: &texts) }
            statement.results[index].privileged = statement.results[index].privileged.map { shared($0) }
            statement.results[index].measure = statement.results[index].measure.map { shared($0) }
            statement.results[index].options = Self.shared(statement.results[index].options, in: &options)
            for group in statement.results[index].groups.indices {
                statement.results[index].groups[group].group = Self.shared(statement.results[index].groups[group].group, in: &texts)
            }
        }
        return statement
    }

    private mutating func shared(_ string: String) -> String { Self.shared(Text(string), in: &texts).string }

    private static func shared<Part: Hashable>(_ part: Part, in known: inout Set<Part>) -> Part {
        if known.count >= limit { known.removeAll() }
        return known.insert(part).memberAfterInsert
    }
}
