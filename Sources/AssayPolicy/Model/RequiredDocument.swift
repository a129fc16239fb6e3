/// A document that the server writes itself from what it holds about a version, and that a policy can demand complete.
package enum RequiredDocument: String, Sendable, CaseIterable {
    /// Intended use, a measure of performance and frozen files: what a model needs that touches nobody.
    case shortCard = "short-card"
    /// Every field of the model card.
    case modelCard = "model-card"

    package var title: String {
        switch self {
        case .shortCard: "a model card with intended use and performance"
        case .modelCard: "a complete model card"
        }
    }
}
