/// One registered model: what it is used for, and its versions, newest first.
package struct ModelPage: Page {
    package struct Row: Sendable {
        let version: String
        let address: String
        let stage: String
        let aliases: [String]
        let created: String
        let author: String
        let gate: String
        let gateClass: String

        package init(
            version: String, address: String, stage: String, aliases: [String], created: String, author: String,
            gate: String, gateClass: String
        ) {
            self.version = version
            self.address = address
            self.stage = stage
            self.aliases = aliases
            self.created = created
            self.author = author
            self.gate = gate
            self.gateClass = gateClass
        }
    }

    package static let name = "model"
    package static let template = """
        {{<frame}}{{$content}}
        {{#page.description}}<p>{{.}}</p>{{/page.description}}
        <p><a href="{{page.operations}}">In operation: alarms, monitors, rollouts, training</a></p>
        <div class="scroll"><table>
        <thead><tr><th>Version</th><th>Stage</th><th>Aliases</th><th>Gate</th><th>Author</th><th>Registered</th></tr></thead>
        <tbody>{{#page.rows}}<tr><td><a href="{{address}}">Version {{version}}</a></td><td>{{stage}}</td>
        <td>{{#aliases}}<span class="tag">{{.}}</span>{{/aliases}}</td><td><span class="state {{gateClass}}">{{gate}}</span></td>
        <td>{{author}}</td><td>{{created}}</td></tr>{{/page.rows}}</tbody>
        </table></div>
        <h2>Use</h2>
        <dl>{{#page.use}}<dt>{{name}}</dt><dd>{{value}}</dd>{{/page.use}}</dl>
        {{/content}}{{/frame}}
        """

    package let title: String
    package let section = Section.models
    /// Where its operation is shown.
    let operations: String
    let description: String?
    let rows: [Row]
    let use: [Pair]

    /// - Parameter use: purpose, class, tier, and why.
    package init(name: String, operations: String, description: String?, rows: [Row], use: [Pair]) {
        title = name
        self.operations = operations
        self.description = description
        self.rows = rows
        self.use = use
    }
}
