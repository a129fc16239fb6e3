import AssayTerms

extension CheckCatalogue {
    static let privacy: [CheckDescriptor] = [
        CheckDescriptor(
            id: "privacy.consent", convention: .assay, direction: .higherIsBetter, kind: .counted, needs: [.column],
            options: [CheckOption("value", .text, standard: "true")], impliedLimit: .atLeastOne,
            sentence: "The share of rows whose column holds the required value; 1 where every row does.",
            source: "Assay: rows equal to the value over all rows; missing rows and an absent column fall short",
            least: 0, greatest: 1),
        CheckDescriptor(
            id: "privacy.pii", convention: .assay, direction: .lowerIsBetter, kind: .counted, needs: [.anyColumn],
            impliedLimit: .atMostZero,
            sentence: "How many cells hold personal data by their form, check digits or column's name.",
            source: "Assay: forms and check digits by kind; names of kinds are Presidio's", least: 0),
    ]
}
