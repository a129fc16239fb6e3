package import AssayTerms

/// A file of settings as policies are written: YAML whose scalars are text, without aliases, tags and duplicate keys.
package indirect enum SettingsTree: Sendable {
    case text(Text)
    case list([SettingsTree])
    case mapping([(key: Text, value: SettingsTree)])

    /// - Throws: `invalidArgument` with every problem, by line and column.
    package init(parsing bytes: [UInt8], file: String) throws(AssayError) {
        var reader = YAMLReader()
        let root = reader.read(bytes)
        guard reader.problems.isEmpty, let root, let tree = SettingsTree(root) else {
            guard !reader.problems.isEmpty else { throw AssayError(.invalidArgument, "\(file) holds no settings.") }
            throw PolicyProblems(reader.problems).error(file: file)
        }
        self = tree
    }

    private init?(_ node: YAMLNode) {
        switch node.content {
        case .scalar(let text, _): self = .text(text)
        case .sequence(let nodes): self = .list(nodes.compactMap { SettingsTree($0) })
        case .mapping(let entries): self = .mapping(entries.compactMap { entry in SettingsTree(entry.value).map { (entry.key, $0) } })
        case .refused: return nil
        }
    }
}
