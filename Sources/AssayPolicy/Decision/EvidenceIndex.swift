import AssayTerms

/// Evidence in the order of its claims, and where each question is answered in it: built once for all checks of a decision.
struct EvidenceIndex {
    private struct Question: Hashable {
        let id: String
        let column: Text?
    }

    /// One result of one statement.
    struct Entry {
        let item: GateFacts.Evidence
        let result: CheckResult
    }

    private var entries: [Question: [Entry]] = [:]

    /// - Parameter subject: what statements have to be about; with `nil` whatever they are about.
    /// - Complexity: O(n log n) for n statements, and one look at each result.
    init(_ evidence: [GateFacts.Evidence], about subject: SHA256Digest?) {
        let order = evidence.indices.sorted { evidence[$0].claim < evidence[$1].claim }
        for index in order {
            let item = evidence[index]
            if let subject, !item.envelope.subjects.contains(where: { $0.digest == subject }) { continue }
            for result in item.envelope.results {
                entries[Question(id: result.id, column: result.column), default: []].append(Entry(item: item, result: result))
            }
        }
    }

    /// Those with the check's id and column, in the order of their claims.
    func entries(for check: PolicyCheck) -> [Entry] { entries[Question(id: check.id, column: check.askedColumn)] ?? [] }
}
