/// One frozen version: gate state with reasons, evidence, requests and files.
package struct VersionPage: Page {
    package struct Gate: Sendable {
        let target: String
        let decision: String
        let decisionClass: String
        let reasons: [GateReasonRow]

        package init(target: String, decision: String, decisionClass: String, reasons: [GateReasonRow]) {
            self.target = target
            self.decision = decision
            self.decisionClass = decisionClass
            self.reasons = reasons
        }
    }

    package struct File: Sendable {
        let path: String
        let size: Int64
        let digest: String

        package init(path: String, size: Int64, digest: String) {
            self.path = path
            self.size = size
            self.digest = digest
        }
    }

    package static let name = "version"
    package static let template = """
        {{<frame}}{{$content}}
        <dl>{{#page.facts}}<dt>{{name}}</dt><dd>{{value}}</dd>{{/page.facts}}</dl>
        <h2>Gate</h2>
        {{#page.gates}}<p>{{target}}: <span class="state {{decisionClass}}">{{decision}}</span></p>
        <ul class="reasons">{{#reasons}}{{>reason}}{{/reasons}}</ul>{{/page.gates}}
        {{^page.hasGates}}<p class="soft">Nobody has asked for a promotion of this version yet.</p>{{/page.hasGates}}
        <h2>Evidence</h2>
        {{#page.hasEvidence}}{{#page.evidence}}{{>evidence}}{{/page.evidence}}{{/page.hasEvidence}}
        {{^page.hasEvidence}}<p class="soft">None computed yet.</p>{{/page.hasEvidence}}
        <h2>Files</h2>
        <div class="scroll"><table><thead><tr><th>Path</th><th class="number">Bytes</th><th>SHA-256</th></tr></thead>
        <tbody>{{#page.files}}<tr><td>{{path}}</td><td class="number">{{size}}</td><td><code>{{digest}}</code></td></tr>{{/page.files}}</tbody></table></div>
        {{/content}}{{/frame}}
        """

    package let title: String
    package let section = Section.models
    let facts: [Pair]
    let gates: [Gate]
    let evidence: RunPage.Evidence
    let files: [File]
    let hasGates: Bool
    let hasEvidence: Bool

    package init(title: String, facts: [Pair], gates: [Gate], evidence: [EvidenceRow], files: [File]) {
        self.title = title
        self.facts = facts
        self.gates = gates
        self.evidence = RunPage.Evidence(results: evidence)
        self.files = files
        hasGates = !gates.isEmpty
        hasEvidence = !evidence.isEmpty
    }
}
