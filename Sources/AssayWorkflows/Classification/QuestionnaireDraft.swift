import AssayCanonical
import AssayJSON
import AssayTerms

/// A questionnaire as somebody wrote it, on its way to being published.
package struct QuestionnaireDraft: Hashable, Sendable {
    /// The file, UTF-8.
    let source: Text

    init(source: Text) { self.source = source }

    /// - Returns: `nil` for what ``json`` did not write.
    init?(_ json: JSONValue) {
        guard let text = json["text"]?.string, let digest = json["digest"]?.string else { return nil }
        source = Text(text)
        guard self.digest.hex == digest else { return nil }
    }

    var digest: SHA256Digest { SHA256Hasher.digest(of: Array(source.utf8)) }

    var json: JSONValue { ["digest": .string(digest.hex), "text": .string(source.string)] }
}
