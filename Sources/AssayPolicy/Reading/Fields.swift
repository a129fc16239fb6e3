import AssayTerms

/// A mapping whose keys have been checked, with the table it was read by.
struct Fields {
    let entries: [YAMLNode.Entry]
    let position: SourcePosition
    let table: FieldTable

    /// "the policy", "this check".
    var what: String { table.what }

    subscript(key: Text) -> YAMLNode? { entries.first { $0.key == key }?.value }

    func has(_ key: Text) -> Bool { entries.contains { $0.key == key } }

    func keyPosition(_ key: Text) -> SourcePosition { entries.first { $0.key == key }?.keyPosition ?? position }
}
