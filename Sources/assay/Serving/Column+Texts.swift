import AssayColumns
import AssayTerms

extension Column {
    /// A column of texts of its own; missing where there is none.
    init(name: Text, texts: [Text?]) {
        let dictionary = TextDictionary([""])
        self.init(
            name: name, values: .text(codes: texts.map { $0.map { dictionary.code(for: $0) } ?? 0 }, dictionary: dictionary),
            validity: Validity(texts.map { $0 != nil }))
    }
}
