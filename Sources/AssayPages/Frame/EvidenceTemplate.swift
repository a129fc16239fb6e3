/// The table of results that the run and version pages share.
enum EvidenceTemplate {
    static let text = """
        <div class="scroll"><table>
        <thead><tr><th>Check</th><th>Column</th><th class="number">Value</th><th>Interval</th><th>Groups</th><th>Source</th></tr></thead>
        <tbody>{{#results}}<tr><td><code>{{id}}</code></td><td>{{column}}</td><td class="number">{{value}}</td><td>{{interval}}</td>
        <td>{{#groups}}<div>{{group}}: {{value}} <span class="soft">of {{count}}</span></div>{{/groups}}</td><td>{{provenance}}</td></tr>{{/results}}</tbody>
        </table></div>
        """
}

/// One result as the evidence table shows it, every number already written out.
package struct EvidenceRow: Sendable {
    package struct Group: Sendable {
        let group: String
        let value: String
        let count: Int

        package init(group: String, value: String, count: Int) {
            self.group = group
            self.value = value
            self.count = count
        }
    }

    let id: String
    let column: String
    let value: String
    let interval: String
    let groups: [Group]
    let provenance: String

    package init(id: String, column: String, value: String, interval: String, groups: [Group], provenance: String) {
        self.id = id
        self.column = column
        self.value = value
        self.interval = interval
        self.groups = groups
        self.provenance = provenance
    }
}

/// A name and a value, for params, metrics and tags.
package struct Pair: Sendable {
    package let name: String
    package let value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}
