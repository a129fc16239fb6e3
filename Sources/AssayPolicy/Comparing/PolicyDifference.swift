/// One way in which two policies differ.
package struct PolicyDifference: Hashable, Sendable {
    package enum Mark: String, Sendable, CaseIterable {
        /// The newer policy asks for more, and for all that the older one asked.
        case stricter
        /// It asks for less, or is not shown to ask for as much; see ``PolicyStrictness``.
        case looser
        /// Neither: what lets a version through is the same.
        case other
    }

    /// The part of the policy it is in; `title` for name, version and description.
    package enum Part: String, Sendable, CaseIterable {
        case title, scope, data, accept, evaluators, freshness, checks, records, monitoring, shadow, serving, findings, documents
        case approvals, mutations, duties, expiry
    }

    package let part: Part
    package let mark: Mark
    /// For people: what is asked and what was.
    package let text: String
}
