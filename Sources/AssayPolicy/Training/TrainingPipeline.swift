package import AssayTerms

/// When a model is trained anew, by what, and how often at most.
package struct TrainingPipeline: Hashable, Sendable {
    /// A broken window of a monitor that begins it.
    package struct MonitorTrigger: Hashable, Sendable {
        /// Ids of checks; empty for any.
        package var checks: [Text]

        package init(checks: [Text]) { self.checks = checks }
    }

    /// Weights for the rows of a file that a worker has, as `assay mitigate reweigh` computes them.
    package struct Reweighing: Hashable, Sendable {
        /// A path where the worker works.
        package var data: Text
        package var label: Text
        package var positive: Text?
        package var sensitive: Text?
        /// A rule such as `race=white`, instead of the column.
        package var privileged: Text?

        package init(data: Text, label: Text, positive: Text? = nil, sensitive: Text? = nil, privileged: Text? = nil) {
            self.data = data
            self.label = label
            self.positive = positive
            self.sensitive = sensitive
            self.privileged = privileged
        }
    }

    package var name: Text
    /// A model's name, or a pattern where no schedule and no start by hand has to know which.
    package var model: Text
    package var triggers: Triggers
    package var start: TrainingStart
    package var reweighing: Reweighing?
    package var bounds: TrainingBounds
    /// After which a run has failed.
    package var limitMilliseconds: Int64
    /// What is asked for with each version that results; the gate and its approvals decide.
    package var promotion: GateTarget?
    /// Whom alerts about it want told.
    package var alert: [Text]

    package init(
        name: Text, model: Text, triggers: Triggers = Triggers(), start: TrainingStart,
        reweighing: Reweighing? = nil, bounds: TrainingBounds = TrainingBounds(), limitMilliseconds: Int64 = 86_400_000,
        promotion: GateTarget? = nil, alert: [Text] = []
    ) {
        self.name = name
        self.model = model
        self.triggers = triggers
        self.start = start
        self.reweighing = reweighing
        self.bounds = bounds
        self.limitMilliseconds = limitMilliseconds
        self.promotion = promotion
        self.alert = alert
    }

    package func isAbout(model name: Text) -> Bool { GlobPattern(model).matches(name) }

    /// Whether a broken window of the check begins it.
    package func isBegun(byCheck id: String) -> Bool {
        triggers.monitors.contains { $0.checks.isEmpty || $0.checks.contains(Text(id)) }
    }

    /// The one model it is about; `nil` for a pattern.
    package var singleModel: Text? { model.string.contains { $0 == "*" || $0 == "?" } ? nil : model }
}
