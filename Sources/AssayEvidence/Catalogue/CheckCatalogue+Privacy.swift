import AssayTerms

extension CheckCatalogue {
    static let privacy: [CheckDescriptor] = [
        CheckDescriptor(
            id: "privacy.consent", convention: .assay, direction: .higherIsBetter, kind: .counted, needs: [.column],
            options: [CheckOption("value", .text, standard: "true")], impliedLimit: .atLeastOne,
            sentence: "The share of rows whose column holds the required value; 1 where every row does.",
            source: "Assay: rows equal to the value over all rows; missing rows and an absent column fall short",
            least: 0, greatest: 1)
    ]
}
