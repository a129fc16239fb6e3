/// Text compared without case: by the UTF-8 bytes of its lower-case form.
package enum Folding {
    package static func fold(_ text: Text) -> Text { Text(text.string.lowercased()) }

    package static func areEqual(_ left: Text, _ right: Text) -> Bool { fold(left) == fold(right) }
}
