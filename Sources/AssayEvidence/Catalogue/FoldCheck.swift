import AssayMetrics
import AssayTerms

/// A measure of performance over the folds of a cross-validation: `performance.<measure>_over_folds`.
struct FoldCheck: Sendable {
    static let suffix = "_over_folds"

    static func measure(_ id: String) -> PerformanceMeasure? {
        guard let name = id.dropping("performance."), name.hasSuffix(suffix) else { return nil }
        let measure = PerformanceMeasure.named(name.dropLast(suffix.count))
        // Rates that are compared over groups only are none of performance.
        return measure.flatMap { own in PerformanceMeasure.all.contains { $0.name == own.name } ? own : nil }
    }

    static func id(_ measure: PerformanceMeasure) -> String { "performance.\(measure.name)\(suffix)" }
}

extension CheckCatalogue {
    /// Whether a check is of folds.
    package static func isOverFolds(_ id: String) -> Bool { FoldCheck.measure(id) != nil }

    static let folds: [CheckDescriptor] = PerformanceMeasure.all.map { measure in
        CheckDescriptor(
            id: FoldCheck.id(measure), convention: .assay, direction: measure.direction,
            kind: measure.kind == .counted ? .summed : measure.kind, needs: needs(measure) + [.column],
            sentence: "The mean over folds of: " + measure.sentence.prefix(1).lowercased() + measure.sentence.dropFirst(),
            source: "Nadeau and Bengio (2003) of \(measure.source)", least: measure.least, greatest: measure.greatest)
    }
}
