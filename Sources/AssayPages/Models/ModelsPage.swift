/// All registered models with what they hold.
package struct ModelsPage: Page {
    package struct Row: Sendable {
        let name: String
        let address: String
        let versionCount: Int
        let places: [Pair]

        package init(name: String, address: String, versionCount: Int, places: [Pair]) {
            self.name = name
            self.address = address
            self.versionCount = versionCount
            self.places = places
        }
    }

    package static let name = "models"
    package static let template = """
        {{<frame}}{{$content}}
        {{#page.hasRows}}<div class="scroll"><table>
        <thead><tr><th>Model</th><th class="number">Versions</th><th>In place</th></tr></thead>
        <tbody>{{#page.rows}}<tr><td><a href="{{address}}">{{name}}</a></td><td class="number">{{versionCount}}</td>
        <td>{{#places}}<span class="tag">{{name}}: version {{value}}</span>{{/places}}</td></tr>{{/page.rows}}</tbody>
        </table></div>{{/page.hasRows}}
        {{^page.hasRows}}<p>No model has been registered yet.</p>{{/page.hasRows}}
        {{/content}}{{/frame}}
        """

    package let title = "Models"
    package let section = Section.models
    let rows: [Row]
    let hasRows: Bool

    package init(rows: [Row]) {
        self.rows = rows
        hasRows = !rows.isEmpty
    }
}
