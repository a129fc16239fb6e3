/// The media types `/invocations` takes.
enum ContentType {
    case json, csv, parquet

    /// Reads a `Content-Type` as MLflow's scoring server does: an own charset than UTF-8 and any other parameter are
    /// refused. A missing header is refused too, where MLflow answers 500.
    ///
    /// - Source: MLflow 3.17, `scoring_server.invocations`.
    init(_ header: String?) throws(ServingFailure) {
        let parts = (header ?? "").split(separator: ";", omittingEmptySubsequences: false).map(Self.trimmed)
        var unknown: [String] = []
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let key = pair.first.map(String.init) ?? ""
            if key == "charset" {
                guard pair.count == 2, pair[1].lowercased() == "utf-8" else {
                    throw .mediaType("The scoring server only supports UTF-8")
                }
            } else {
                unknown.append(String(key.prefix(100)))
            }
        }
        guard unknown.isEmpty else {
            throw .mediaType("Unrecognized content type parameters: \(unknown.joined(separator: ", "))")
        }
        switch parts.first.map(String.init) {
        case "application/json": self = .json
        case "text/csv": self = .csv
        case "application/vnd.apache.parquet": self = .parquet
        default:
            throw .mediaType(
                "This predictor only supports the following content types: Types: ['text/csv', 'application/json', "
                    + "'application/vnd.apache.parquet']. Got '\(String((header ?? "none").prefix(200)))'.")
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return text
    }
}
