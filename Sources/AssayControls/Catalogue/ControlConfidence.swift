/// How well a control's content is known.
package enum ControlConfidence: String, Sendable, CaseIterable {
    /// The primary text or an official page was seen.
    case primary = "P"
    /// One or more secondary sources agree.
    case secondary = "S"
    /// General knowledge of a published text, not read again; read it before relying on it.
    case recalled = "R"

    package var words: String {
        switch self {
        case .primary: "primary text seen"
        case .secondary: "secondary sources"
        case .recalled: "not read again"
        }
    }
}
