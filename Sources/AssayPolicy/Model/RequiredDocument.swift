/// A document that the server writes itself from what it holds about a version, and that a policy can demand complete.
package enum RequiredDocument: String, Sendable, CaseIterable {
    /// Intended use, a measure of performance and frozen files: what a model needs that touches nobody.
    case shortCard = "short-card"
    /// Every field of the model card.
    case modelCard = "model-card"

    private static let shortFields = ["manifest", "intended_use", "performance_metrics"]

    /// Whether it has the field of the card, as refusals name it.
    func has(_ field: String) -> Bool {
        self == .modelCard || Self.shortFields.contains { field == $0 || field.hasPrefix("\($0).") }
    }

    package var title: String {
        switch self {
        case .shortCard: "a model card with intended use and performance"
        case .modelCard: "a complete model card"
        }
    }
}
