import AssayTerms
import Yams

/// A `meta.yaml` of MLflow's file store: one flat mapping.
///
/// Scalars are taken as the text that stands in the file; only a plain `null` is none. Aliases are refused, since MLflow
/// writes none and a few of them can stand for gigabytes.
struct MetaFile {
    private let fields: [Text: Node]

    static let byteLimit = 64 << 20

    /// - Throws: `unreadable`, `notFound`, `limitExceeded`, saying why in words that follow the file's name.
    init(path: String) throws(AssayError) {
        let bytes = try LocalFiles.read(path, limit: Self.byteLimit)
        guard let text = String(validating: bytes, as: UTF8.self) else { throw AssayError(.unreadable, "it is not UTF-8 text") }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw AssayError(.unreadable, "it is not valid YAML", cause: error)
        }
        guard let root else { throw AssayError(.unreadable, "it is empty") }
        guard let mapping = root.mapping else { throw AssayError(.unreadable, "it is not a YAML mapping") }
        var fields: [Text: Node] = [:]
        for (key, value) in mapping {
            guard let name = key.scalar?.string else { throw AssayError(.unreadable, "one of its keys is no text") }
            if case .alias = value { throw AssayError(.unreadable, "it has a YAML alias") }
            fields[Text(name)] = value
        }
        self.fields = fields
    }

    /// `nil` for a field that is missing, null, or no scalar.
    func text(_ key: Text) -> Text? { fields[key].flatMap { Self.text($0) } }

    func integer(_ key: Text) -> Int64? { text(key).flatMap { Int64($0.string) } }

    /// The whole number of a field; `nil` where there is none, and, with a problem noted, for what is no number.
    func integer(_ key: Text, _ reading: inout RowReading, of object: @autoclosure () -> Text) -> Int64? {
        guard let text = text(key) else { return nil }
        if let integer = Int64(text.string) { return integer }
        reading.note(object(), "its \(key) is no whole number and was left out")
        return nil
    }

    /// The members of a mapping, sorted by key.
    func pairs(_ key: Text) -> [KeyValue] {
        guard let mapping = fields[key]?.mapping else { return [] }
        return mapping.compactMap { key, value in
            guard let name = key.scalar?.string else { return nil }
            return KeyValue(key: Text(name), value: Self.text(value) ?? "")
        }.sorted { $0.key < $1.key }
    }

    private static func text(_ node: Node) -> Text? {
        guard let scalar = node.scalar else { return nil }
        if scalar.style == .plain, ["null", "Null", "NULL", "~", ""].contains(scalar.string) { return nil }
        return Text(scalar.string)
    }
}
