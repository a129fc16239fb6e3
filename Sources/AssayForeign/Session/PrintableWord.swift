/// Words of a process that is not trusted, as they may stand in a message.
enum PrintableWord {
    /// Without control characters and line ends, cut at `limit` characters.
    static func of(_ text: String, limit: Int) -> String {
        let plain = text.unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control || scalar.properties.generalCategory == .format
                || scalar.properties.isWhitespace ? " " : scalar
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: plain.prefix(limit))
        return String(view) + (plain.count > limit ? "…" : "")
    }
}
