/// Whether a version may be registered, where a policy gates that. Clients see it as the version's status.
package enum ModelAdmission: Hashable, Sendable {
    /// No policy gated the registration.
    case open
    /// Evidence or people are awaited; `text` says which. MLflow's `PENDING_REGISTRATION`.
    case waiting(text: Text)
    /// Something was shown not to hold; `text` says what. MLflow's `FAILED_REGISTRATION`.
    case refused(text: Text)
    case admitted

    /// As tables and entries name it; `nil` for `open`.
    package var word: Text? {
        switch self {
        case .open: nil
        case .waiting: "waiting"
        case .refused: "refused"
        case .admitted: "admitted"
        }
    }

    package var text: Text? {
        switch self {
        case .waiting(let text), .refused(let text): text
        case .open, .admitted: nil
        }
    }

    /// Whether the version may take a place.
    package var allows: Bool { text == nil }

    /// - Returns: `nil` for a word that there is not.
    package init?(word: Text?, text: Text?) {
        switch word {
        case nil: self = .open
        case "waiting": self = .waiting(text: text ?? "")
        case "refused": self = .refused(text: text ?? "")
        case "admitted": self = .admitted
        default: return nil
        }
    }
}
