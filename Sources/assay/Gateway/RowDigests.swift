import AssayCanonical
import AssayColumns
import AssayJSON
import AssayServing
import AssayTerms

/// What rows of requests are told apart by.
enum RowDigests {
    /// The first eight bytes of SHA-256 over each row as the model was given it, whatever the request's form. Where an answer does not say what
    /// was scored, the request counts as one row.
    ///
    /// - Parameter count: the rows that were predicted.
    static func digests(of answer: ServingAnswer, count: Int, body: [UInt8]) -> [UInt64] {
        let rows = answer.scored.flatMap { block in
            (0..<block.rowCount).map { row in
                let cells: JSONValue = .array(block.inputs.columns.map { [.string($0.name.string), $0.json(row)] })
                return GatewayRollout.number(cells.bytes())
            }
        }
        if rows.count == count { return rows }
        let request = SHA256Hasher.digest(of: body).bytes
        return (0..<count).map { _ in GatewayRollout.number(request) }
    }
}
