package import AssayTerms

/// What a run says of itself.
package struct DeclaredFacts: Hashable, Sendable {
    package var tags: [Text: Text]
    package var parameters: [Text: Text]
    /// The latest value of each metric; NaN where it is none.
    package var metrics: [Text: Double]

    package init(tags: [Text: Text] = [:], parameters: [Text: Text] = [:], metrics: [Text: Double] = [:]) {
        self.tags = tags
        self.parameters = parameters
        self.metrics = metrics
    }

    /// As the check looks at it; `nil` where the run does not have it.
    func text(of check: DeclaredCheck) -> Text? {
        switch check.kind {
        case .tag: tags[check.name]
        case .parameter: parameters[check.name]
        case .metric: metrics[check.name].map { Text("\($0)") }
        }
    }

    func number(of check: DeclaredCheck) -> Double? {
        switch check.kind {
        case .tag, .parameter: text(of: check).flatMap(DeclaredCheck.number)
        case .metric: metrics[check.name].flatMap { $0.isFinite ? $0 : nil }
        }
    }
}
