package import AssayTerms

/// Policies on top of others.
extension PolicyReader {
    /// What belongs to one policy alone.
    private static let ownKeys: Set<Text> = ["assay", "name", "version", "description", "extends", "extends-digest"]

    /// The policy that the text has to be read on top of; `nil` where there is none, or where the text holds all of it already.
    ///
    /// - Parameter source: UTF-8, at most 256 KiB; what is wrong with it is ``read(_:catalogue:base:)``'s to say.
    package static func base(of source: [UInt8]) -> (name: Text, version: Text)? {
        var yaml = YAMLReader()
        guard let node = yaml.read(source), node.scalar(named: "extends-digest") == nil, let text = node.scalar(named: "extends") else { return nil }
        return reference(text)
    }

    /// `organisation@3`.
    private static func reference(_ text: Text) -> (name: Text, version: Text)? {
        let parts = text.string.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        return (Text(String(parts[0])), Text(String(parts[1])))
    }

    /// The mapping with what it leaves out taken from `base`, lists aside, which are joined once they are read.
    static func inheriting(_ node: YAMLNode, from base: Policy) -> YAMLNode {
        var yaml = YAMLReader()
        guard case .mapping(let own) = node.content, let inherited = yaml.read(base.canonicalText), case .mapping(let entries) = inherited.content
        else { return node }
        let position = own.first { $0.key == "extends" }?.keyPosition ?? node.position
        func placed(_ entry: YAMLNode.Entry) -> YAMLNode.Entry {
            YAMLNode.Entry(key: entry.key, keyPosition: position, value: entry.value.placed(at: position))
        }
        var merged = own
        for entry in entries where !ownKeys.contains(entry.key) {
            guard let index = merged.firstIndex(where: { $0.key == entry.key }) else {
                merged.append(placed(entry))
                continue
            }
            guard entry.key == "data", case .mapping(let mine) = merged[index].value.content, case .mapping(let theirs) = entry.value.content
            else { continue }
            merged[index].value.content = .mapping(mine + theirs.filter { other in !mine.contains { $0.key == other.key } }.map(placed))
        }
        return YAMLNode(content: .mapping(merged), position: node.position)
    }

    /// What the policy extends, with what that demands beside its own; reports what asks for less.
    mutating func extended(_ policy: Policy, in fields: Fields, by base: Policy?) -> Policy {
        guard let node = fields["extends"], let text = text("extends", in: fields) else {
            if fields.has("extends-digest") { report(fields.keyPosition("extends-digest"), "'extends-digest' belongs to 'extends'") }
            return policy
        }
        guard let (name, version) = Self.reference(text) else {
            report(node.position, "'extends' names a policy and its version, NAME@VERSION, and '\(text)' does not")
            return policy
        }
        var policy = policy
        if fields.has("extends-digest") {
            guard let digest = self.text("extends-digest", in: fields).flatMap({ SHA256Digest(hex: $0.string) }) else {
                report(fields.keyPosition("extends-digest"), "'extends-digest' is 64 hexadecimal digits in lower case; leave it out")
                return policy
            }
            policy.extends = PolicyExtension(name: name, version: version, digest: digest)
            return policy
        }
        guard let base, base.name == name, base.version == version else {
            report(node.position, "the policy extends \(text), which is not at hand: name its file with --base, or publish it first")
            return policy
        }
        policy.extends = PolicyExtension(of: base)
        policy.checks += base.checks.filter { check in !policy.checks.contains { PolicyStrictness.isSameQuestion($0, check) } }
        policy.declared += base.declared.filter { check in !policy.declared.contains { $0.kind == check.kind && $0.name == check.name } }
        policy.records = Set(policy.records + base.records).sorted()
        policy.blockingFindings = Severity.allCases.filter { policy.blockingFindings.contains($0) || base.blockingFindings.contains($0) }
        policy.monitoring += base.monitoring.filter { monitor in
            !policy.monitoring.contains { PolicyStrictness.isSameQuestion($0.check, monitor.check) }
        }
        policy.documents = RequiredDocument.allCases.filter { policy.documents.contains($0) || base.documents.contains($0) }
        policy.mutations += base.mutations.filter { !policy.mutations.contains($0) }
        if policy.serving.reasons == nil, policy.serving.explanations == .always || policy.serving.explanations == .onRequest {
            policy.serving.reasons = base.serving.reasons
        }
        policy.serving.predictions += base.serving.predictions.filter { rule in
            !policy.serving.predictions.contains { $0.name == rule.name }
        }
        for loosening in PolicyExtension.loosenings(of: policy, from: base) {
            report(node.position, "the policy extends \(text) and may only ask for more; it \(loosening.text)")
        }
        return policy
    }
}

extension YAMLNode {
    /// The same with every part at one place, for what stands in another text.
    fileprivate func placed(at position: SourcePosition) -> YAMLNode {
        let content: Content =
            switch content {
            case .mapping(let entries):
                .mapping(entries.map { Entry(key: $0.key, keyPosition: position, value: $0.value.placed(at: position)) })
            case .sequence(let items): .sequence(items.map { $0.placed(at: position) })
            case .scalar, .refused: self.content
            }
        return YAMLNode(content: content, position: position)
    }
}
