/// One line of a gate's decision, shared by the version and approvals pages.
enum ReasonTemplate {
    static let text = """
        <li><span class="state {{decision}}">{{decision}}</span> {{text}}{{#remedy}}<div class="soft">{{.}}</div>{{/remedy}}</li>
        """
}

/// One requirement, whether it is met, and what meets it.
package struct GateReasonRow: Sendable {
    /// `pass`, `waived`, `incomplete` or `fail`.
    package let decision: String
    let text: String
    let remedy: String?

    package init(decision: String, text: String, remedy: String?) {
        self.decision = decision
        self.text = text
        self.remedy = remedy
    }
}
