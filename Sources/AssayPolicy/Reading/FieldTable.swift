import AssayTerms

/// The keys that one kind of mapping has, and what each holds.
///
/// Readers read by these tables and ``PolicySchema`` is written from them, so that neither knows a key, a word or a bound that
/// the other does not.
struct FieldTable: Sendable {
    indirect enum Shape: Sendable {
        /// At most so many bytes, not empty.
        case text(limit: Int = FieldTable.textLimit, allowsLines: Bool = false)
        /// Text of a form, as a regular expression for editors; the reader says more exactly what is wrong.
        case form(String, limit: Int = FieldTable.textLimit)
        /// Letters, digits, `.`, `_` and `-`, starting with neither `.` nor `-`.
        case identifier(limit: Int)
        case boolean
        case integer(ClosedRange<Int>)
        case decimal
        case word([String])
        /// Case does not count.
        case foldedWord([String])
        case list(Shape, count: ClosedRange<Int> = 1...FieldTable.listLimit)
        case table(FieldTable)
        /// Keys of the author's own.
        case entries(Shape, least: Int)
    }

    struct Field: Sendable {
        let key: Text
        let shape: Shape
        let isRequired: Bool
        /// For editors.
        let sentence: String

        init(_ key: Text, _ shape: Shape, isRequired: Bool = false, _ sentence: String) {
            self.key = key
            self.shape = shape
            self.isRequired = isRequired
            self.sentence = sentence
        }
    }

    /// What holds between keys.
    enum Rule: Sendable {
        /// Where the first stands the second does too.
        case needs(Text, Text)
        case excludes(Text, Text)
        /// At least one of them stands.
        case any([Text])
    }

    static let textLimit = 256
    /// Longer than what a document of 20,000 parts holds.
    static let listLimit = YAMLReader.nodeLimit
    static let decimalForm = "-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]{1,4})?"
    static let pinnedForm = "[^@]+@sha256:[0-9a-f]{64}"

    /// For messages: "the policy", "this check".
    let what: String
    private(set) var fields: [Field]
    let rules: [Rule]

    init(_ what: String, _ fields: [Field], rules: [Rule] = []) {
        self.what = what
        self.fields = fields
        self.rules = rules
    }

    /// - Complexity: O(fields).
    subscript(key: Text) -> Field? { fields.first { $0.key == key } }

    func adding(_ more: [Field]) -> FieldTable {
        var table = self
        table.fields += more
        return table
    }
}
