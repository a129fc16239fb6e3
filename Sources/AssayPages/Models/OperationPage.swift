/// How a model does in operation: alarms, what monitors measured, rollouts, training.
package struct OperationPage: Page {
    package struct Tile: Sendable {
        let value: String
        let words: String
        let style: String

        package init(value: String, words: String, style: String = "") {
            self.value = value
            self.words = words
            self.style = style
        }
    }

    package struct Alarm: Sendable {
        let state: String
        let style: String
        let severity: String
        let title: String
        let since: String

        package init(state: String, style: String, severity: String, title: String, since: String) {
            self.state = state
            self.style = style
            self.severity = severity
            self.title = title
            self.since = since
        }
    }

    package struct Window: Sendable {
        let number: Int
        let name: String
        let value: String
        let verdict: String
        let style: String
        let rows: String
        let computed: String

        package init(number: Int, name: String, value: String, verdict: String, style: String, rows: String, computed: String) {
            self.number = number
            self.name = name
            self.value = value
            self.verdict = verdict
            self.style = style
            self.rows = rows
            self.computed = computed
        }
    }

    package struct Monitor: Sendable {
        let title: String
        let version: String
        let limit: String
        let verdict: String
        let style: String
        let svg: String?
        let windows: [Window]

        package init(title: String, version: String, limit: String, verdict: String, style: String, chart: MonitorChart, windows: [Window]) {
            self.title = title
            self.version = version
            self.limit = limit
            self.verdict = verdict
            self.style = style
            svg = chart.svg()
            self.windows = windows
        }
    }

    package struct Rollout: Sendable {
        package struct Arm: Sendable {
            let step: String
            let name: String
            let requests: String
            let errors: String
            let slow: String

            package init(step: String, name: String, requests: String, errors: String, slow: String) {
                self.step = step
                self.name = name
                self.requests = requests
                self.errors = errors
                self.slow = slow
            }
        }

        let id: String
        let title: String
        let state: String
        let style: String
        let began: String
        let findings: [String]
        let reason: String?
        let arms: [Arm]

        package init(id: String, title: String, state: String, style: String, began: String, findings: [String], reason: String?, arms: [Arm]) {
            self.id = id
            self.title = title
            self.state = state
            self.style = style
            self.began = began
            self.findings = findings
            self.reason = reason
            self.arms = arms
        }
    }

    package struct Training: Sendable {
        let began: String
        let pipeline: String
        let trigger: String
        let state: String
        let style: String
        let version: String
        let address: String
        let words: String

        package init(
            began: String, pipeline: String, trigger: String, state: String, style: String, version: String, address: String, words: String
        ) {
            self.began = began
            self.pipeline = pipeline
            self.trigger = trigger
            self.state = state
            self.style = style
            self.version = version
            self.address = address
            self.words = words
        }
    }

    package static let name = "operation"
    package static let template = """
        {{<frame}}{{$content}}
        <p><a href="{{page.address}}">The model and its versions</a></p>
        <ul class="tiles">{{#page.tiles}}<li><b class="{{style}}">{{value}}</b><span>{{words}}</span></li>{{/page.tiles}}</ul>
        <h2>Alarms</h2>
        {{#page.hasAlarms}}<div class="scroll"><table><thead><tr><th>State</th><th>Severity</th><th>What</th><th>Since</th></tr></thead>
        <tbody>{{#page.alarms}}<tr><td><span class="state {{style}}">{{state}}</span></td><td>{{severity}}</td><td>{{title}}</td><td>{{since}}</td></tr>{{/page.alarms}}</tbody></table></div>{{/page.hasAlarms}}
        {{^page.hasAlarms}}<p class="soft">None was raised.</p>{{/page.hasAlarms}}
        <h2>Monitors</h2>
        {{#page.hasMonitors}}<p class="soft">A round mark is a window inside the limit, a square one is outside of it; a gap could not be measured.</p>
        <div class="figures">{{#page.monitors}}<figure>
        <figcaption><b>{{title}}</b><span>version {{version}}, {{limit}} · <span class="state {{style}}">{{verdict}}</span></span></figcaption>
        {{#svg}}{{{.}}}{{/svg}}{{^svg}}<p class="soft">No window has a value yet.</p>{{/svg}}
        <details><summary>As a table</summary><div class="scroll"><table>
        <thead><tr><th class="number">No.</th><th>Window</th><th class="number">Value</th><th>Verdict</th><th class="number">Rows</th><th>Computed</th></tr></thead>
        <tbody>{{#windows}}<tr><td class="number">{{number}}</td><td>{{name}}</td><td class="number">{{value}}</td><td><span class="{{style}}">{{verdict}}</span></td>
        <td class="number">{{rows}}</td><td>{{computed}}</td></tr>{{/windows}}</tbody></table></div></details>
        </figure>{{/page.monitors}}</div>{{/page.hasMonitors}}
        {{^page.hasMonitors}}<p class="soft">Nothing was measured yet: a signed monitoring plan and recorded predictions are what it takes.</p>{{/page.hasMonitors}}
        <h2>Rollouts</h2>
        {{#page.rollouts}}<div class="part"><p><b>{{title}}</b> · <span class="state {{style}}">{{state}}</span> <span class="soft">· since {{began}} · {{id}}</span></p>
        {{#reason}}<p>{{.}}</p>{{/reason}}<ul class="reasons">{{#findings}}<li class="soft">{{.}}</li>{{/findings}}</ul>
        <div class="scroll"><table><thead><tr><th>Step</th><th>Version</th><th class="number">Requests</th><th class="number">Errors</th><th class="number">Slow</th></tr></thead>
        <tbody>{{#arms}}<tr><td>{{step}}</td><td>{{name}}</td><td class="number">{{requests}}</td><td class="number">{{errors}}</td><td class="number">{{slow}}</td></tr>{{/arms}}</tbody></table></div>
        </div>{{/page.rollouts}}
        {{^page.hasRollouts}}<p class="soft">None was begun.</p>{{/page.hasRollouts}}
        <h2>Training</h2>
        {{#page.hasTrainings}}<div class="scroll"><table><thead><tr><th>Began</th><th>Pipeline</th><th>By</th><th>State</th><th>Version</th><th>Why, and what came of it</th></tr></thead>
        <tbody>{{#page.trainings}}<tr><td>{{began}}</td><td>{{pipeline}}</td><td>{{trigger}}</td><td><span class="state {{style}}">{{state}}</span></td>
        <td><a href="{{address}}">{{version}}</a></td><td>{{words}}</td></tr>{{/page.trainings}}</tbody></table></div>{{/page.hasTrainings}}
        {{^page.hasTrainings}}<p class="soft">No pipeline ran.</p>{{/page.hasTrainings}}
        {{/content}}{{/frame}}
        """

    package let title: String
    package let section = Section.models
    let address: String
    let tiles: [Tile]
    let alarms: [Alarm]
    let monitors: [Monitor]
    let rollouts: [Rollout]
    let trainings: [Training]
    let hasAlarms: Bool
    let hasMonitors: Bool
    let hasRollouts: Bool
    let hasTrainings: Bool

    /// - Parameter address: the model's page.
    package init(
        model: String, address: String, tiles: [Tile], alarms: [Alarm], monitors: [Monitor], rollouts: [Rollout], trainings: [Training]
    ) {
        title = "\(model) in operation"
        self.address = address
        self.tiles = tiles
        self.alarms = alarms
        self.monitors = monitors
        self.rollouts = rollouts
        self.trainings = trainings
        hasAlarms = !alarms.isEmpty
        hasMonitors = !monitors.isEmpty
        hasRollouts = !rollouts.isEmpty
        hasTrainings = !trainings.isEmpty
    }
}
