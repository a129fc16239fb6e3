package import AssayJSON
import AssayTerms

extension PolicyExplanation {
    /// `{"name": …, "version": …, "digest": …, "sections": [{"part": …, "heading": …, "sentences": […], "items": […]}]}`.
    package var json: JSONValue {
        var object: JSONObject = [
            "name": .string(name.string), "version": .string(version.string), "digest": ["sha256": .string(digest.hex)],
        ]
        object["description"] = description.map { .string($0.string) }
        object["sections"] = .array(sections.map(\.json))
        return .object(object)
    }
}

extension PolicyExplanation.Section {
    fileprivate var json: JSONValue {
        var object: JSONObject = [
            "part": .string(part.rawValue), "heading": .string(heading), "sentences": .array(sentences.map { .string($0) }),
        ]
        if !items.isEmpty { object["items"] = .array(items.map(\.json)) }
        return .object(object)
    }
}

extension PolicyExplanation.Item {
    fileprivate var json: JSONValue {
        var object: JSONObject = [:]
        object["name"] = name.map { .string($0) }
        object["title"] = .string(title)
        object["sentences"] = .array(sentences.map { .string($0) })
        return .object(object)
    }
}
