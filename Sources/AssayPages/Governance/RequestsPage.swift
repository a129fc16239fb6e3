/// Promotion requests, newest first, with who approved and what is still missing.
package struct RequestsPage: Page {
    package struct Row: Sendable {
        let model: String
        let address: String
        let target: String
        let state: String
        let stateClass: String
        let openedBy: String
        let opened: String
        let approvals: [String]
        let missing: [GateReasonRow]

        package init(
            model: String, address: String, target: String, state: String, stateClass: String, openedBy: String,
            opened: String, approvals: [String], missing: [GateReasonRow]
        ) {
            self.model = model
            self.address = address
            self.target = target
            self.state = state
            self.stateClass = stateClass
            self.openedBy = openedBy
            self.opened = opened
            self.approvals = approvals
            self.missing = missing
        }
    }

    package static let name = "requests"
    package static let template = """
        {{<frame}}{{$content}}
        {{#page.hasRows}}<div class="scroll"><table class="stacked">
        <thead><tr><th>Version</th><th>Target</th><th>State</th><th>Asked by</th><th>Approved by</th><th>Still missing</th></tr></thead>
        <tbody>{{#page.rows}}<tr><td><a href="{{address}}">{{model}}</a></td><td>{{target}}</td><td><span class="state {{stateClass}}">{{state}}</span></td>
        <td>{{openedBy}}<div class="soft">{{opened}}</div></td><td>{{#approvals}}<div>{{.}}</div>{{/approvals}}</td>
        <td><ul class="reasons">{{#missing}}{{>reason}}{{/missing}}</ul></td></tr>{{/page.rows}}</tbody>
        </table></div>{{/page.hasRows}}
        {{^page.hasRows}}<p>No promotion has been asked for yet.</p>{{/page.hasRows}}
        {{/content}}{{/frame}}
        """

    package let title = "Approvals"
    package let section = Section.requests
    let rows: [Row]
    let hasRows: Bool

    package init(rows: [Row]) {
        self.rows = rows
        hasRows = !rows.isEmpty
    }
}
