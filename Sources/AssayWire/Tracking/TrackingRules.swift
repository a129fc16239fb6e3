package import AssayTerms

/// The limits and names MLflow accepts, with its words for what it does not (MLflow 3.17.2, `mlflow/utils/validation.py`).
package enum TrackingRules {
    static let keyLimit = 250
    static let paramValueLimit = 6_000
    static let tagValueLimit = 8_000
    static let experimentNameLimit = 500
    static let experimentTagValueLimit = 20_000
    static let artifactLocationLimit = 2_048
    static let batchMetricLimit = 1_000
    static let batchPairLimit = 100
    static let batchLimit = 1_000
    static let searchLimit: Int64 = 50_000

    // MARK: - Names

    /// Names of metrics, params and tags: letters, digits, and `_ - . : / space`, and no path that resolves to another.
    package static func checkName(_ name: Text, path: @autoclosure () -> String) throws(AssayError) {
        if isPlainName(name) { return }
        guard name.string.unicodeScalars.allSatisfy(isNameScalar) else {
            throw invalid(
                path(), name,
                "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).")
        }
        let normal = normalPath(name.string)
        if normal != name.string || normal == "." || normal.hasPrefix("..") || normal.hasPrefix("/") {
            throw invalid(
                path(), name,
                "Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '\(normal)'")
        }
    }

    /// Most names: ASCII letters, digits, `_`, `-` and blanks, which no path rule concerns.
    private static func isPlainName(_ name: Text) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (97...122).contains(byte) || (65...90).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "_")
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: " ")
            }
    }

    private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", ":", "/", " ": return true
        default:
            guard !scalar.isASCII else { return false }
            // Python's \w: letters and whatever has a numeric value.
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
            default: return scalar.properties.numericType != nil
            }
        }
    }

    /// POSIX `normpath`: no empty and `.` segments, `..` resolved, at most two leading slashes kept as they are.
    static func normalPath(_ path: String) -> String {
        guard !path.isEmpty else { return "." }
        let leading = path.prefix { $0 == "/" }.count
        let root = leading == 2 ? "//" : leading > 0 ? "/" : ""
        var kept: [Substring] = []
        for segment in path.split(separator: "/", omittingEmptySubsequences: true) where segment != "." {
            if segment != ".." || (root.isEmpty && kept.isEmpty) || kept.last == ".." {
                kept.append(segment)
            } else {
                _ = kept.popLast()
            }
        }
        let joined = root + kept.joined(separator: "/")
        return joined.isEmpty ? "." : joined
    }

    // MARK: - Lengths

    /// Characters as Python counts them: Unicode scalars.
    package static func count(_ text: Text) -> Int { text.string.unicodeScalars.count }

    package static func checkLength(_ what: String, _ text: Text, limit: Int) throws(AssayError) {
        // A text has at most as many characters as bytes.
        guard text.utf8Count <= limit || count(text) <= limit else {
            throw AssayError(.invalidArgument, "'\(what)' exceeds the maximum length of \(limit) characters")
        }
    }

    /// MLflow cuts overlong params and tags of runs instead of refusing them.
    static func cut(_ text: Text, limit: Int) -> Text {
        guard text.utf8Count > limit, count(text) > limit else { return text }
        return Text(String(String.UnicodeScalarView(text.string.unicodeScalars.prefix(limit))))
    }

    // MARK: - Values

    package static func param(_ pair: KeyValue, path: String = "") throws(AssayError) -> KeyValue {
        try checkName(pair.key, path: joined(path, "key"))
        try checkLength("Param key", pair.key, limit: keyLimit)
        return KeyValue(key: pair.key, value: cut(pair.value, limit: paramValueLimit))
    }

    package static func tag(_ pair: KeyValue, path: String = "") throws(AssayError) -> KeyValue {
        try checkName(pair.key, path: joined(path, "key"))
        try checkLength(joined(path, "key"), pair.key, limit: keyLimit)
        return KeyValue(key: pair.key, value: cut(pair.value, limit: tagValueLimit))
    }

    package static func experimentTag(_ pair: KeyValue) throws(AssayError) -> KeyValue {
        try checkName(pair.key, path: "key")
        try checkLength("key", pair.key, limit: keyLimit)
        try checkLength("value", pair.value, limit: experimentTagValueLimit)
        return pair
    }

    static func checkMetric(_ point: MetricPoint, path: @autoclosure () -> String) throws(AssayError) {
        try checkName(point.key, path: joined(path(), "name"))
        guard point.timestamp >= 0 else {
            throw AssayError(
                .invalidArgument,
                "Invalid value \(point.timestamp) for parameter '\(joined(path(), "timestamp"))' supplied: metric '\(point.key)' (value=\(point.value)). Timestamp must be a nonnegative long (64-bit integer) ")
        }
        try checkLength("Metric name", point.key, limit: keyLimit)
    }

    /// The ids that batches and inputs may name: at most 256 letters, digits, `_` and `-`, not beginning with a mark.
    static func checkRunID(_ id: Text) throws(AssayError) {
        let isID = id.utf8Count <= 256 && id.utf8.enumerated().allSatisfy { place, byte in
            (48...57).contains(byte) || (65...90).contains(byte & 0xDF)
                || place > 0 && (byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-"))
        }
        guard isID, !id.isEmpty else {
            throw AssayError(.invalidArgument, "Invalid value \(WireText.quoted(id)) for parameter 'run_id' supplied.")
        }
    }

    package static func checkExperimentName(_ name: Text) throws(AssayError) {
        guard !name.isEmpty else { throw AssayError(.invalidArgument, "Invalid experiment name: ''") }
        try checkLength("name", name, limit: experimentNameLimit)
    }

    /// Where an experiment's artifacts may be said to be: anywhere but below a run, without what could change a path joined
    /// to it.
    static func checkArtifactLocation(_ location: Text) throws(AssayError) {
        let hasFragment = location.string.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).dropFirst()
            .contains { !$0.isEmpty }
        guard !hasFragment else {
            throw AssayError(.invalidArgument, "'artifact_location' URL can't include fragments or params.")
        }
        let query = location.string.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).dropFirst().first
        guard query?.contains("..") != true, query?.lowercased().contains("%2e") != true else {
            throw AssayError(.invalidArgument, "Invalid query string")
        }
        guard !location.string.hasPrefix("runs:") else {
            throw AssayError(.invalidArgument, "Artifact location cannot be a runs:/ URI. Given: '\(location)'")
        }
        guard count(location) <= artifactLocationLimit else {
            throw AssayError(
                .invalidArgument,
                """
                Invalid artifact path length. The length of the artifact path cannot be greater than \(artifactLocationLimit) \
                characters. To configure this limit, please set the MLFLOW_ARTIFACT_LOCATION_MAX_LENGTH environment variable.
                """)
        }
    }

    package static func experimentID(_ text: Text) throws(AssayError) -> Int64 {
        guard let id = WireNumber.decimalInteger(text.string) else {
            throw AssayError(
                .invalidArgument, "Invalid experiment ID '\(text)'. Experiment ID must be a valid integer.")
        }
        return id
    }

    /// The page size a client asked for: `max_results`.
    ///
    /// - Parameter isInSchema: whether MLflow holds the greatest size against the request's field, not against its value.
    static func limit(
        _ fields: RequestFields, standard: Int64?, most: Int64 = searchLimit, isInSchema: Bool = true
    ) throws(AssayError) -> Int {
        let limit = try fields.integer("max_results") ?? standard ?? 0
        guard limit <= most else {
            guard !isInSchema else { throw try fields.invalid("max_results") }
            throw AssayError(
                .invalidArgument,
                "Invalid value \(limit) for parameter 'max_results' supplied. It must be at most \(most)")
        }
        guard limit >= 1 else {
            throw AssayError(
                .invalidArgument,
                "Invalid value \(limit) for parameter 'max_results' supplied. It must be a positive integer")
        }
        return Int(limit)
    }

    static func joined(_ path: String, _ field: String) -> String { path.isEmpty ? field : "\(path).\(field)" }

    private static func invalid(_ path: String, _ value: Text, _ why: String) -> AssayError {
        AssayError(.invalidArgument, "Invalid value \(WireText.quoted(value)) for parameter '\(path)' supplied: \(why)")
    }
}
