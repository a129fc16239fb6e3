extension Questionnaire {
    /// The file that ``shipped`` is read from.
    package static let shippedText = shippedUses + shippedCircumstances + shippedPlaces + shippedConsequences + shippedReach + shippedObligations

    /// The questionnaire of this program. Its questions are in our own words; what is law in it is as of its `as-of`, and where
    /// the law is open it says so. Another text is another version.
    package static let shipped: Questionnaire = {
        do throws(PolicyProblems) {
            return try QuestionnaireReader.read(Array(shippedText.utf8))
        } catch {
            preconditionFailure("the shipped questionnaire: \(error.lines(file: "questionnaire").joined(separator: "; "))")
        }
    }()
}
