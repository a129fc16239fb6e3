/// One run: what was logged, and the evidence about the models it made.
package struct RunPage: Page {
    package static let name = "run"
    package static let template = """
        {{<frame}}{{$content}}
        <dl>{{#page.facts}}<dt>{{name}}</dt><dd>{{value}}</dd>{{/page.facts}}</dl>
        <h2>Metrics</h2>
        {{#page.hasMetrics}}<div class="scroll"><table><thead><tr><th>Metric</th><th class="number">Latest value</th></tr></thead>
        <tbody>{{#page.metrics}}<tr><td>{{name}}</td><td class="number">{{value}}</td></tr>{{/page.metrics}}</tbody></table></div>{{/page.hasMetrics}}
        {{^page.hasMetrics}}<p class="soft">None logged.</p>{{/page.hasMetrics}}
        <h2>Parameters</h2>
        {{#page.hasParams}}<div class="scroll"><table><thead><tr><th>Parameter</th><th>Value</th></tr></thead>
        <tbody>{{#page.params}}<tr><td>{{name}}</td><td>{{value}}</td></tr>{{/page.params}}</tbody></table></div>{{/page.hasParams}}
        {{^page.hasParams}}<p class="soft">None logged.</p>{{/page.hasParams}}
        <h2>Tags</h2>
        {{#page.hasTags}}<p>{{#page.tags}}<span class="tag">{{name}}: {{value}}</span>{{/page.tags}}</p>{{/page.hasTags}}
        {{^page.hasTags}}<p class="soft">None logged.</p>{{/page.hasTags}}
        <h2>Registered from this run</h2>
        {{#page.versions}}<p><a href="{{value}}">{{name}}</a></p>{{/page.versions}}
        {{^page.hasVersions}}<p class="soft">No model version.</p>{{/page.hasVersions}}
        {{#page.hasEvidence}}<h2>Evidence</h2>{{#page.evidence}}{{>evidence}}{{/page.evidence}}{{/page.hasEvidence}}
        {{/content}}{{/frame}}
        """

    package struct Evidence: Sendable { let results: [EvidenceRow] }

    package let title: String
    package let section = Section.runs
    let facts: [Pair]
    let params: [Pair]
    let metrics: [Pair]
    let tags: [Pair]
    /// Name and address.
    let versions: [Pair]
    let evidence: Evidence
    let hasMetrics: Bool
    let hasParams: Bool
    let hasTags: Bool
    let hasVersions: Bool
    let hasEvidence: Bool

    package init(
        name: String, facts: [Pair], params: [Pair], metrics: [Pair], tags: [Pair], versions: [Pair], evidence: [EvidenceRow]
    ) {
        title = name
        self.facts = facts
        self.params = params
        self.metrics = metrics
        self.tags = tags
        self.versions = versions
        self.evidence = Evidence(results: evidence)
        hasMetrics = !metrics.isEmpty
        hasParams = !params.isEmpty
        hasTags = !tags.isEmpty
        hasVersions = !versions.isEmpty
        hasEvidence = !evidence.isEmpty
    }
}
