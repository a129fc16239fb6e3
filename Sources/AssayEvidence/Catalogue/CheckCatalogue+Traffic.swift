import AssayMetrics
import AssayTerms

extension CheckCatalogue {
    /// How recorded requests were answered.
    static let service: [CheckDescriptor] = [
        service(
            "latency", "A quantile of the seconds that requests took, failures among them.", "numpy 2.5 quantile(method=\"linear\")",
            kind: .whole, options: [CheckOption("quantile", .number(least: 0, greatest: 1), standard: "0.99")], greatest: nil),
        service(
            "slow", "The share of requests that took longer than so many seconds.", "Assay: requests over 'seconds', of all",
            options: [CheckOption("seconds", .number(least: 0, greatest: 86_400), standard: nil)]),
        service("errors", "The share of requests that were answered with a status of 400 or more.", "Assay: requests, not rows"),
        service(
            "rate", "Requests a second, over the window's length.", "Assay: without a window, from the first to the last",
            direction: .none, greatest: nil),
    ]

    private static func service(
        _ name: String, _ sentence: String, _ source: String, direction: CheckDescriptor.Direction = .lowerIsBetter,
        kind: CheckDescriptor.Kind = .counted, options: [CheckOption] = [], greatest: Int? = 1
    ) -> CheckDescriptor {
        CheckDescriptor(
            id: "service." + name, convention: .assay, direction: direction, kind: kind, needs: [.traffic], options: options,
            sentence: sentence, source: source, least: 0, greatest: greatest)
    }

    /// Performance to expect of rows that nobody has labelled yet.
    static let estimated: [CheckDescriptor] = ExpectedPerformance.Measure.allCases.map { measure in
        var descriptor = EstimationEngine.descriptor(measure)
        descriptor.kind = .whole
        descriptor.needs = [.score]
        descriptor.options = [CheckOption("calibration", .word(["auto", "never"]), standard: "auto")]
        return descriptor
    }

    static let attribution = CheckDescriptor(
        id: "drift.attribution", convention: .assay, direction: .higherIsBetter, kind: .summed, needs: [.reference],
        sentence: "How like the order of inputs by attribution is to the reference's; 1 is equal.",
        source: "Amazon SageMaker Clarify, feature attribution drift (NDCG); Järvelin and Kekäläinen (2002)", least: 0, greatest: 1)
}
