package import AssayTerms

/// The names and limits MLflow's registry accepts, with its words for what it does not
/// (MLflow 3.17.2, `mlflow/utils/validation.py`).
package enum RegistryRules {
    static let tagValueLimit = 100_000
    static let aliasLimit = 255

    /// The name of a registered model: no `/`, no `:`, no path that resolves to another, not only spaces.
    package static func modelName(_ fields: RequestFields, _ field: String = "name") throws(AssayError) -> Text {
        let name = try fields.requiredText(field)
        guard !name.string.unicodeScalars.allSatisfy(\.properties.isWhitespace) else {
            throw AssayError(.invalidArgument, "Missing value for required parameter '\(field)'.")
        }
        guard !name.utf8.contains(UInt8(ascii: "/")), !name.utf8.contains(UInt8(ascii: ":")) else {
            throw AssayError(.invalidArgument, "Invalid model name '\(name)'. Names cannot contain '/' or ':'.")
        }
        // Without slashes a name resolves to another only if it is a dot, or begins with two.
        guard name != ".", !name.string.hasPrefix("..") else {
            throw AssayError(
                .invalidArgument,
                """
                Invalid value \(WireText.quoted(name)) for parameter 'name' supplied: Names may be treated as files in \
                certain cases, and must not resolve to other names when treated as such. This name would resolve to \
                '\(name)'
                """)
        }
        return name
    }

    /// A version's number as clients write it: a decimal integer in text.
    package static func versionNumber(_ fields: RequestFields) throws(AssayError) -> Int64 {
        try versionNumber(try fields.requiredText("version").string)
    }

    package static func versionNumber(_ text: String) throws(AssayError) -> Int64 {
        let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw AssayError(.invalidArgument, "Parameter 'version' must be an integer, got '\(text)'.")
        }
        // A number no version has stands for those that do not fit.
        return Int64(text) ?? 0
    }

    package static func tag(_ fields: RequestFields) throws(AssayError) -> KeyValue {
        try checked(KeyValue(key: try fields.requiredText("key"), value: try fields.text("value") ?? ""))
    }

    package static func tagKey(_ fields: RequestFields) throws(AssayError) -> Text {
        let key = try fields.requiredText("key")
        try TrackingRules.checkName(key, path: "key")
        return key
    }

    package static func tags(_ fields: RequestFields) throws(AssayError) -> [KeyValue] {
        let tags = try fields.pairs("tags")
        for tag in tags { _ = try checked(tag) }
        return tags
    }

    private static func checked(_ tag: KeyValue) throws(AssayError) -> KeyValue {
        try TrackingRules.checkName(tag.key, path: "key")
        try TrackingRules.checkLength("key", tag.key, limit: TrackingRules.keyLimit)
        try TrackingRules.checkLength("value", tag.value, limit: tagValueLimit)
        return tag
    }

    /// An alias to be looked up or deleted: letters, digits, `_`, `-`, at most 255.
    package static func alias(_ fields: RequestFields) throws(AssayError) -> Text {
        let alias = try fields.requiredText("alias")
        let isWord = alias.string.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
            default: scalar == "_" || scalar == "-" || scalar.properties.numericType != nil
            }
        }
        guard isWord else {
            throw AssayError(
                .invalidArgument,
                "Invalid alias name: '\(alias)'. Names may only contain alphanumerics, underscores (_), and dashes (-).")
        }
        try TrackingRules.checkLength("Registered model alias name", alias, limit: aliasLimit)
        return alias
    }

    /// An alias to be set: not `latest` and not a version like `v3`, which mean something already.
    package static func settableAlias(_ fields: RequestFields) throws(AssayError) -> Text {
        let alias = try alias(fields)
        guard alias.string.lowercased() != "latest" else {
            throw AssayError(.invalidArgument, "'latest' alias name (case insensitive) is reserved.")
        }
        let rest = alias.string.unicodeScalars.dropFirst()
        let isVersion = ["v", "V"].contains(alias.string.unicodeScalars.first) && !rest.isEmpty
            && rest.allSatisfy { $0.properties.generalCategory == .decimalNumber }
        guard !isVersion else {
            throw AssayError(.invalidArgument, "Version alias name '\(alias)' is reserved.")
        }
        return alias
    }
}
