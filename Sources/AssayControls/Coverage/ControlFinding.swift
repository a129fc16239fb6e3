package import AssayTerms

/// How one control stands for one version on one day.
package struct ControlFinding: Sendable {
    package enum State: String, Sendable, CaseIterable {
        /// Evidence and records show all that it asks for.
        case evidence = "covered-by-evidence"
        /// All that it asks for is there, and a part of it is what somebody signed.
        case attestation = "covered-by-attestation"
        case missing
        case notApplicable = "not-applicable"
        /// Whether it applies is disputed, or it is being withdrawn.
        case uncertain
        case notYetInForce = "not-yet-in-force"

        package var words: String { rawValue.replacing("-", with: " ") }
    }

    /// One thing the control asks for.
    package struct Part: Sendable {
        package enum Proof: Hashable, Sendable {
            case claim(SHA256Digest, provenance: Provenance, link: Text)
            case record(ControlFacts.Record)
            case attestation(ControlFacts.Attestation)

            /// Whether it is somebody's word and not our own computation.
            package var isAttested: Bool {
                switch self {
                case .claim(_, let provenance, _): provenance != .recomputed
                case .record: false
                case .attestation: true
                }
            }
        }

        /// The evidence code; `nil` for the control's attestation.
        package var code: Text?
        package var title: Text
        /// Empty where nothing shows it.
        package var proofs: [Proof]
        /// Why what is there does not count, or what would: `nil` where it is shown.
        package var lack: String?
    }

    package var control: Control
    package var state: State
    /// Why the state is what it is, where the parts do not say it.
    package var reason: String?
    /// What it asks for, in the order of the control; looked at whatever the state is.
    package var parts: [Part]
}
