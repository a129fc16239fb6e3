import AssayServer
import AssayTerms
import HTTPTypes

/// Whether a request asks that its answer be explained: `?explain=true` or `false`, or the header `Assay-Explanations: yes` or `no`.
enum ExplanationWish {
    static let field = "Assay-Explanations"
    static let parameter: Text = "explain"

    /// - Returns: `nil` where the request says nothing.
    /// - Throws: `invalidArgument` for another word, and where parameter and header contradict each other.
    static func of(_ exchange: Exchange) throws(AssayError) -> Bool? {
        let said = try exchange.queryValue(parameter).map { (word) throws(AssayError) in try wish(word, ["true", "false"], "explain") }
        let header = HTTPField.Name(field).flatMap { exchange.headers[$0] }
        let told = try header.map { (word) throws(AssayError) in try wish(word, ["yes", "no"], field) }
        if let said, let told, said != told {
            throw AssayError(.invalidArgument, "explain=\(said) and \(field) contradict each other.")
        }
        return said ?? told
    }

    private static func wish(_ word: String, _ words: [String], _ name: String) throws(AssayError) -> Bool {
        guard words.contains(word) else { throw AssayError(.invalidArgument, "\(name) is \(words[0]) or \(words[1]).") }
        return word == words[0]
    }
}
