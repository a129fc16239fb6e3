/// One way in which a policy asks for less than another, or may do so.
package struct Loosening: Hashable, Sendable {
    /// The part of the policy it is in.
    package enum Part: String, Sendable, CaseIterable {
        case scope, data, accept, evaluators, checks, records, monitoring, shadow, serving, findings, documents, approvals, mutations, duties, expiry
    }

    package let part: Part
    /// For people: what was asked and what is.
    package let text: String

    init(_ part: Part, _ text: String) {
        self.part = part
        self.text = text
    }
}
