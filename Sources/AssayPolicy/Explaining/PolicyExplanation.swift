package import AssayTerms

/// What a policy demands, in plain words, for people who do not read its language.
///
/// Every part of the policy has a section, whatever stands in it: that nobody has to approve is said too.
package struct PolicyExplanation: Hashable, Sendable {
    package enum Part: String, Sendable, CaseIterable {
        case scope, data, evidence, checks, records, monitoring, shadow, serving, documents, approvals, duties, expiry, mutations
    }

    /// One requirement among several of a section.
    package struct Item: Hashable, Sendable {
        /// The check's id, or the role that approves; `nil` for any role.
        package var name: String?
        package var title: String
        package var sentences: [String]
    }

    package struct Section: Hashable, Sendable {
        package var part: Part
        package var heading: String
        package var sentences: [String]
        package var items: [Item]

        init(_ part: Part, _ heading: String, _ sentences: [String], items: [Item] = []) {
            self.part = part
            self.heading = heading
            self.sentences = sentences
            self.items = items
        }
    }

    package var name: Text
    package var version: Text
    package var digest: SHA256Digest
    package var description: Text?
    /// One for each part, in the order of the parts.
    package var sections: [Section]

    /// - Parameters:
    ///   - catalogue: where the words about checks come from. A check that it does not have is said to be unknown to this
    ///     build, as the gate would find.
    ///   - approvingRoles: the roles that fill a place without a role; see ``GateSettings``.
    /// - Complexity: O(checks × catalogue).
    package init(_ policy: Policy, catalogue: Catalogue, approvingRoles: [Text]) {
        name = policy.name
        version = policy.version
        digest = policy.digest
        description = policy.description
        let words = PolicyWords(policy: policy, catalogue: catalogue, approvingRoles: approvingRoles)
        sections = Part.allCases.map(words.section)
    }

    package var title: String { "\(name) \(version)" }
}
