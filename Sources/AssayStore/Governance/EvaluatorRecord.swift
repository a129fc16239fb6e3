package import AssayTerms

/// Somebody outside of this server whose signature under evidence counts, where a policy trusts them.
package struct EvaluatorRecord: Hashable, Sendable {
    /// 32 hexadecimal digits.
    package let id: String
    /// How policies name the evaluator; never given a second time.
    package let name: Text
    /// The person who answers for it. Evidence about what they made themselves does not count.
    package let userID: String
    /// Ed25519, 32 bytes.
    package let publicKey: [UInt8]
    package let addedMilliseconds: Int64
    /// From then on nothing it signed counts; `nil` while it stands.
    package let removedMilliseconds: Int64?

    package init(
        id: String, name: Text, userID: String, publicKey: [UInt8], addedMilliseconds: Int64, removedMilliseconds: Int64? = nil
    ) {
        self.id = id
        self.name = name
        self.userID = userID
        self.publicKey = publicKey
        self.addedMilliseconds = addedMilliseconds
        self.removedMilliseconds = removedMilliseconds
    }
}

package protocol EvaluatorSnapshot {
    /// Everyone, removed ones included, by name.
    func evaluators() throws -> [EvaluatorRecord]
}

package protocol EvaluatorTransaction: EvaluatorSnapshot {
    /// - Throws: `alreadyExists` if the name or the key is or was somebody's.
    func insertEvaluator(_ evaluator: EvaluatorRecord) throws
    /// - Throws: `notFound` for an unknown id.
    func removeEvaluator(id: String, atMilliseconds now: Int64) throws
}
