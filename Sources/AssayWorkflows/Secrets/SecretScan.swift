package import AssayTerms

/// What the organisation wants done where parameters, tags or text artifacts hold a secret.
package enum SecretScan: String, Sendable, CaseIterable {
    /// Nobody looks.
    case off
    /// What holds one is taken, and the run, or the server's log, says so.
    case warn
    /// What holds one is not taken.
    case refuse

    /// On a run: where secrets were found, and of which kind.
    package static let tag: Text = "assay.secrets"
}

/// A secret, told by its place and kind. What it is stands nowhere.
struct SecretFinding: Hashable, Sendable {
    /// `parameter 'db'`, `artifact 'config/app.yaml' line 3`.
    let place: String
    let rule: String

    var text: String { "\(place): \(rule)" }
}
