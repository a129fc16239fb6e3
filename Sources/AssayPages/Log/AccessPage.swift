/// Who read and changed what, newest first.
package struct AccessPage: Page {
    package struct Row: Sendable {
        let time: String
        let who: String
        let verb: String
        let outcome: String
        let outcomeClass: String
        let count: String
        let route: String
        let objects: [String]

        package init(
            time: String, who: String, verb: String, outcome: String, outcomeClass: String, count: String, route: String,
            objects: [String]
        ) {
            self.time = time
            self.who = who
            self.verb = verb
            self.outcome = outcome
            self.outcomeClass = outcomeClass
            self.count = count
            self.route = route
            self.objects = objects
        }
    }

    package static let name = "access"
    package static let template = """
        {{<frame}}{{$content}}
        <p>Reads and changes of runs, artifacts, models and data sets. Looking at this page is noted as well.</p>
        <form class="filter" method="get" action="/audit/access" role="search">
        <label>Run <input name="run" value="{{page.run}}"></label>
        <label>Model <input name="model" value="{{page.model}}"></label>
        <label>Data set <input name="dataset" value="{{page.dataset}}"></label>
        <label>Person <input name="user" value="{{page.user}}"></label>
        <button>Show</button>
        </form>
        {{#page.hasRows}}<table>
        <thead><tr><th>Time</th><th>Who</th><th>Verb</th><th>Outcome</th><th>Times</th><th>What</th></tr></thead>
        <tbody>{{#page.rows}}<tr><td>{{time}}</td><td>{{who}}</td><td>{{verb}}</td><td class="{{outcomeClass}}">{{outcome}}</td>
        <td>{{count}}</td><td><code>{{route}}</code>{{#objects}}<br>{{.}}{{/objects}}</td></tr>{{/page.rows}}</tbody>
        </table>{{/page.hasRows}}
        {{^page.hasRows}}<p class="soft">Nothing of the kind is recorded.</p>{{/page.hasRows}}
        {{#page.isCut}}<p class="soft">There is more; <code>assay audit access</code> shows all of it.</p>{{/page.isCut}}
        {{/content}}{{/frame}}
        """

    package let title = "Access"
    package let section = Section.log
    let run: String
    let model: String
    let dataset: String
    let user: String
    let rows: [Row]
    let hasRows: Bool
    let isCut: Bool

    package init(run: String, model: String, dataset: String, user: String, rows: [Row], isCut: Bool) {
        self.run = run
        self.model = model
        self.dataset = dataset
        self.user = user
        self.rows = rows
        hasRows = !rows.isEmpty
        self.isCut = isCut
    }
}
