package import AssayTerms

/// A piece of YAML as it is written: scalars are text, and a field's own type reads them.
///
/// YAML's resolver is never asked. `NO` is not false, `1e3` is not 1000.0 and `2026-01-01` is not a date until
/// a field that wants one says so.
package struct YAMLNode {
    package struct Entry {
        package var key: Text
        package var keyPosition: SourcePosition
        package var value: YAMLNode
    }

    package enum Content {
        /// `isPlain` without quotes; an empty plain scalar is a missing value.
        case scalar(Text, isPlain: Bool)
        case sequence([YAMLNode])
        /// In order of writing, keys unique.
        case mapping([Entry])
        /// Stands where a problem has been reported already.
        case refused
    }

    package var content: Content
    package var position: SourcePosition

    /// The text of the entry of that name, if this is a mapping that has one.
    func scalar(named key: Text) -> Text? {
        guard case .mapping(let entries) = content, let entry = entries.first(where: { $0.key == key }),
            case .scalar(let text, _) = entry.value.content
        else { return nil }
        return text
    }

    /// The keys of a mapping, in order; none for anything else.
    var keys: [Text] {
        guard case .mapping(let entries) = content else { return [] }
        return entries.map(\.key)
    }

    /// For messages: "text", "a list", "a mapping".
    package var kind: String {
        switch content {
        case .scalar(let text, let isPlain): isPlain && text.isEmpty ? "nothing" : "text"
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .refused: "something refused"
        }
    }
}
