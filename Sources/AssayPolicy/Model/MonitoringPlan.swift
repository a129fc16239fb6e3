package import AssayTerms

/// What somebody signed will be watched of a model after its release: the text of a record of the type `monitoring_plan`.
package struct MonitoringPlan: Hashable, Sendable {
    package static let format = "monitoring-plan/v1"
    /// The type of record that holds one.
    package static let recordType: Text = "monitoring_plan"

    /// Who answers for it.
    package var owner: Text
    package var monitors: [PolicyMonitor]

    package init(owner: Text, monitors: [PolicyMonitor]) {
        self.owner = owner
        self.monitors = monitors
    }

    /// Whether a text says that it is one, whatever else is wrong with it.
    package static func isMeant(by source: [UInt8]) -> Bool {
        var yaml = YAMLReader(noun: "plan")
        return yaml.read(source)?.scalar(named: "assay")?.string.hasPrefix("monitoring-plan/") ?? false
    }

    /// - Parameters:
    ///   - source: UTF-8, at most 256 KiB.
    ///   - catalogue: the checks that exist.
    /// - Throws: `PolicyProblems`, sorted by place.
    package static func read(_ source: [UInt8], catalogue: Catalogue) throws(PolicyProblems) -> MonitoringPlan {
        try PolicyReader(catalogue: catalogue).document(source, noun: "plan") { $0.plan($1) }
    }
}
