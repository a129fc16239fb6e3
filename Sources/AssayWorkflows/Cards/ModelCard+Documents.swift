import AssayCanonical
import AssayJSON
package import AssayPolicy
import AssayTerms

/// The card as a document that policies demand.
extension ModelCard {
    /// Fields of the document that nothing fills, in the card's order.
    package func missing(in document: RequiredDocument) -> [String] {
        switch document {
        case .modelCard: missing
        case .shortCard:
            missing.filter { $0 == "intended_use" || $0 == "manifest" }
                + (accuracy == nil && f1 == nil && errors.isEmpty ? ["performance_metrics"] : [])
        }
    }

    /// What approvals are bound to: another word in the document is another digest, and a word that is not in it is none.
    func standing(as document: RequiredDocument) throws(AssayError) -> GateFacts.Document {
        var content = json
        if document == .shortCard {
            content = [
                "manifest": json["manifest"] ?? .null, "intended_use": json["intended_use"] ?? .null,
                "performance_metrics": json["performance_metrics"] ?? .null,
            ]
        }
        return GateFacts.Document(digest: SHA256Hasher.digest(of: try content.canonicalBytes()), missing: missing(in: document))
    }
}
