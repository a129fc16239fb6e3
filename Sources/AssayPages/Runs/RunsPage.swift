/// The newest runs, filtered by MLflow's own search grammar.
package struct RunsPage: Page {
    package struct Row: Sendable {
        let id: String
        let name: String
        let experiment: String
        let status: String
        let started: String
        let tags: [Pair]
        let metrics: [Pair]

        package init(
            id: String, name: String, experiment: String, status: String, started: String, tags: [Pair], metrics: [Pair]
        ) {
            self.id = id
            self.name = name
            self.experiment = experiment
            self.status = status
            self.started = started
            self.tags = tags
            self.metrics = metrics
        }
    }

    package static let name = "runs"
    package static let template = """
        {{<frame}}{{$content}}
        <form class="filter" method="get" action="/" role="search">
        <input type="search" name="filter" value="{{page.filter}}" placeholder="tags.compliance = 'GDPR'" aria-label="Filter of runs">
        <button>Filter</button>
        </form>
        {{#page.problem}}<p class="fail">{{.}}</p>{{/page.problem}}
        {{#page.hasRows}}<div class="scroll"><table>
        <thead><tr><th>Run</th><th>Experiment</th><th>Status</th><th>Started</th><th>Metrics</th><th>Tags</th></tr></thead>
        <tbody>{{#page.rows}}<tr><td><a href="/runs/{{id}}">{{name}}</a></td><td>{{experiment}}</td><td>{{status}}</td><td>{{started}}</td>
        <td>{{#metrics}}<div>{{name}} {{value}}</div>{{/metrics}}</td><td>{{#tags}}<span class="tag">{{name}}: {{value}}</span>{{/tags}}</td></tr>{{/page.rows}}</tbody>
        </table></div>{{/page.hasRows}}
        {{^page.hasRows}}<p>{{page.emptyText}}</p>{{/page.hasRows}}
        {{#page.next}}<p><a href="{{.}}">Older runs</a></p>{{/page.next}}
        {{/content}}{{/frame}}
        """

    package let title = "Runs"
    package let section = Section.runs
    let filter: String
    let problem: String?
    let rows: [Row]
    let hasRows: Bool
    let emptyText: String
    let next: String?

    package init(filter: String, problem: String?, rows: [Row], next: String?) {
        self.filter = filter
        self.problem = problem
        self.rows = rows
        self.next = next
        hasRows = !rows.isEmpty
        emptyText =
            filter.isEmpty
            ? "No run has been logged yet. Point a client here with mlflow.set_tracking_uri and start one."
            : "No run matches this filter."
    }
}
