package import AssayTerms

/// Somebody outside of this server whose signature under evidence counts, where a policy trusts them.
package struct EvaluatorRecord: Hashable, Sendable {
    /// By what an evaluator's word is known.
    package enum Credential: Hashable, Sendable {
        /// The public half of a key of Ed25519, 32 bytes.
        case key([UInt8])
        /// The tokens that a CI system's identity provider gives to such a run; this server signs what it hands in.
        case workflow(WorkflowPin)
    }

    /// 32 hexadecimal digits.
    package let id: String
    /// How policies name the evaluator; never given a second time.
    package let name: Text
    /// The person who answers for it. Evidence about what they made themselves does not count.
    package let userID: String
    package let credential: Credential
    package let addedMilliseconds: Int64
    /// From then on nothing it signed counts; `nil` while it stands.
    package let removedMilliseconds: Int64?

    package init(
        id: String, name: Text, userID: String, credential: Credential, addedMilliseconds: Int64, removedMilliseconds: Int64? = nil
    ) {
        self.id = id
        self.name = name
        self.userID = userID
        self.credential = credential
        self.addedMilliseconds = addedMilliseconds
        self.removedMilliseconds = removedMilliseconds
    }

    /// `nil` for a workflow, which has none.
    package var publicKey: [UInt8]? {
        guard case .key(let bytes) = credential else { return nil }
        return bytes
    }

    package var workflow: WorkflowPin? {
        guard case .workflow(let pin) = credential else { return nil }
        return pin
    }
}

package protocol EvaluatorSnapshot {
    /// Everyone, removed ones included, by name.
    func evaluators() throws -> [EvaluatorRecord]
}

package protocol EvaluatorTransaction: EvaluatorSnapshot {
    /// - Throws: `alreadyExists` if the name or the key is or was somebody's, or the workflow is.
    func insertEvaluator(_ evaluator: EvaluatorRecord) throws
    /// - Throws: `notFound` for an unknown id.
    func removeEvaluator(id: String, atMilliseconds now: Int64) throws
}
