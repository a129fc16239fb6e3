import AssayTerms

/// What is watched after release.
extension PolicyReader {
    mutating func monitoring(in fields: Fields) -> [PolicyMonitor] {
        (items("monitoring", in: fields) ?? []).compactMap { monitor($0) }
    }

    mutating func plan(_ node: YAMLNode) -> MonitoringPlan? {
        guard let fields = fields(node, PolicyTables.plan) else { return nil }
        requireFormat(MonitoringPlan.format, in: fields)
        let owner = text("owner", in: fields)
        let monitors = (items("monitors", in: fields) ?? []).compactMap { monitor($0) }
        return owner.map { MonitoringPlan(owner: $0, monitors: monitors) }
    }

    /// A check whose rows are those of the traffic, and whose reference is the profile of the model's training.
    mutating func monitor(_ node: YAMLNode) -> PolicyMonitor? {
        guard let check = check(node, data: nil, as: PolicyTables.monitor), case .mapping(let entries) = node.content else { return nil }
        let fields = Fields(entries: entries, position: node.position, table: PolicyTables.monitor)
        if check.id.hasPrefix(ExternalCheck.prefix) || catalogue?[check.id]?.needs.contains(.columnNames) == true {
            report(node.position, "\(check.id) looks at no traffic, so nothing of it can be watched")
        }
        let alert = texts("alert", in: fields)
        guard let window = fields["window"], let text = text("window", in: fields) else { return nil }
        guard let read = PolicyMonitor.Window(text) else {
            report(window.position, "'window' is a number of rows, hours or days, such as 1000 rows, or batch; '\(text)' is neither")
            return nil
        }
        let anytime = self.text("anytime", in: fields)
        if let anytime, let node = fields["anytime"], Double(anytime.string).map({ $0 > 0 && $0 <= 0.5 }) != true {
            report(node.position, "'anytime' is a chance above 0 and up to 0.5, such as 0.05; '\(anytime)' is none")
            return nil
        }
        let range = self.text("range", in: fields)
        if let range, let node = fields["range"], Double(range.string).map({ $0 > 0 && $0.isFinite }) != true {
            report(node.position, "'range' is a number above 0, the greatest error that a row is taken to have; '\(range)' is none")
            return nil
        }
        if anytime != nil, fields.has("judge") {
            report(fields.keyPosition("anytime"), "'anytime' says how all traffic is judged, and 'judge' how a window is; leave one of them out")
        }
        let monitor = alert.map { PolicyMonitor(check: check, window: read, alert: $0, anytime: anytime, range: range) }
        if let impossibility = monitor?.anytimeImpossibility { report(fields.keyPosition(fields.has("anytime") ? "anytime" : "range"), impossibility) }
        if let impossibility = monitor?.impossibility { report(window.position, impossibility) }
        return monitor
    }
}
