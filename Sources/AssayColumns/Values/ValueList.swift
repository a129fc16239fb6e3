package import AssayTerms

/// Values and names as they stand in messages: quoted, shortened, and not too many.
package enum ValueList {
    /// `'text'`, cut after 40 characters, with control characters as `\u{…}` so that a message stays on its line.
    package static func quoted(_ text: Text) -> String {
        var shown = ""
        for (index, character) in text.string.unicodeScalars.enumerated() {
            if index == 40 {
                shown += "…"
                break
            }
            shown += character.value < 0x20 || character.value == 0x7f ? character.escaped(asASCII: true) : String(character)
        }
        return "'\(shown)'"
    }

    /// The first `limit` texts, quoted, and how many were left out.
    package static func text(_ texts: [Text], limit: Int = 10) -> String {
        let shown = texts.prefix(limit).map(quoted).joined(separator: ", ")
        return texts.count > limit ? shown + " and \(texts.count - limit) more" : shown
    }

    package static func text(_ values: [ColumnValue], limit: Int = 10) -> String {
        let shown = values.prefix(limit).map { value in
            switch value {
            case .text(let text): quoted(text)
            default: value.name.string
            }
        }
        return shown.joined(separator: ", ") + (values.count > limit ? " and \(values.count - limit) more" : "")
    }
}
