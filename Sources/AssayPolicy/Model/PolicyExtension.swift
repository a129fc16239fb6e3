import AssayJSON
package import AssayTerms

/// The policy that another one was written on top of: its demands are inherited, and can only be tightened.
package struct PolicyExtension: Hashable, Sendable {
    package var name: Text
    package var version: Text
    /// Of the canonical text that was inherited from.
    package var digest: SHA256Digest

    package init(name: Text, version: Text, digest: SHA256Digest) {
        self.name = name
        self.version = version
        self.digest = digest
    }

    package init(of policy: Policy) { self.init(name: policy.name, version: policy.version, digest: policy.digest) }

    /// `organisation@3`.
    package var title: String { "\(name)@\(version)" }

    /// In what `policy` asks for less than `base`, which it extends. Where it applies is its own to say, and so are parts of
    /// 'data' that the base leaves open.
    ///
    /// - Parameter approvingRoles: the roles that fill a place without a role; see ``GateSettings``.
    package static func loosenings(
        of policy: Policy, from base: Policy, approvingRoles: [Text] = GateSettings.shipped().approvingRoles
    ) -> [Loosening] {
        var base = base
        if refines(policy.data, base.data) { base.data = policy.data }
        var found = PolicyStrictness.compare(base, policy, approvingRoles: approvingRoles).filter { $0.part != .scope }
        // What is inherited for checks to come counts although the base has none yet.
        if base.checks.isEmpty, let days = base.freshDays, policy.freshDays.map({ $0 > days }) ?? true {
            found.append(Loosening(.checks, "takes evidence that is older than the \(days) days of what it extends"))
        }
        return found
    }

    /// What changes which rows are judged and how, and so what every inherited check means.
    private static let meanings = ["rows", "weight", "positive", "thresholds", "thresholds-key"]

    /// Whether everything that `old` says of the rows is said by `new` too, and nothing that changes what it means.
    private static func refines(_ new: PolicyData?, _ old: PolicyData?) -> Bool {
        guard let old = old?.json.object else { return true }
        guard let new = new?.json.object else { return false }
        return old.members.allSatisfy { new[$0.name] == $0.value } && meanings.allSatisfy { new[$0] == old[$0] }
    }
}
