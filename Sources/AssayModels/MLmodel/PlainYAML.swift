import AssayTerms
import Yams

/// Refuses what two readers of one YAML text may understand differently: merge keys, tags, anchors and aliases, keys
/// that are not scalars, and a key twice.
///
/// A tag, an anchor and an alias are seen by where a node begins in the text, since a parser may resolve them away
/// (`! null` is text to PyYAML and null to a reader that drops the bare tag).
///
/// - Source: YAML 1.1, chapters 3 and 5; PyYAML 6, `constructor.py`, `flatten_mapping`.
struct PlainYAML {
    private let name: String
    private let lines: [[Unicode.Scalar]]

    /// - Throws: `.unreadable` at a line break other than LF and CRLF, or a byte order mark, by which readers count
    ///   places differently.
    init(_ text: String, name: String) throws(AssayError) {
        self.name = name
        var lines: [[Unicode.Scalar]] = []
        var line: [Unicode.Scalar] = []
        var last: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            guard !["\u{85}", "\u{2028}", "\u{2029}", "\u{FEFF}"].contains(scalar), last != "\r" || scalar == "\n" else {
                throw AssayError(.unreadable, "\(name) has a line break or mark that is not plain; write it with LF")
            }
            if scalar == "\n" {
                lines.append(line)
                line = []
            } else {
                line.append(scalar)
            }
            last = scalar
        }
        lines.append(line)
        self.lines = lines
    }

    func check(_ node: Node) throws(AssayError) {
        guard let mark = node.mark, lines.indices.contains(mark.line - 1) else {
            throw AssayError(.unreadable, "\(name) has a value whose place is not known")
        }
        let line = lines[mark.line - 1]
        if line.indices.contains(mark.column - 1), ["!", "&", "*"].contains(line[mark.column - 1]) {
            throw AssayError(
                .unsupported, "\(name) has a YAML tag, anchor or alias in line \(mark.line); write the value out")
        }
        if let mapping = node.mapping {
            var keys: Set<Text> = []
            for (key, value) in mapping {
                try check(key)
                guard let word = key.scalar?.string else {
                    throw AssayError(.unsupported, "\(name) has a key that is not a word in line \(mark.line)")
                }
                guard word != "<<" else {
                    throw AssayError(.unsupported, "\(name) has a YAML merge key '<<'; write the keys out")
                }
                guard keys.insert(Text(word)).inserted else {
                    throw AssayError(.unreadable, "\(name) has the key '\(word)' twice in one mapping")
                }
                try check(value)
            }
        }
        for item in node.sequence ?? [] { try check(item) }
    }
}
