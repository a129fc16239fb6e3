import AssayTerms

/// Text compared without case: by the UTF-8 bytes of its lower-case form.
enum Folding {
    static func fold(_ text: Text) -> Text { Text(text.string.lowercased()) }

    static func areEqual(_ left: Text, _ right: Text) -> Bool { fold(left) == fold(right) }
}
