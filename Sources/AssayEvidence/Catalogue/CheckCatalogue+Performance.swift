import AssayMetrics
import AssayTerms

extension CheckCatalogue {
    /// Every measure of performance, over all rows or by slice.
    static let performance: [CheckDescriptor] = PerformanceMeasure.all.map { measure in
        CheckDescriptor(
            id: "performance.\(measure.name)",
            convention: measure.source.hasPrefix("scikit-learn") ? .scikitLearn : .assay,
            direction: measure.direction, kind: measure.kind, needs: needs(measure), sentence: measure.sentence,
            source: measure.source, least: measure.least, greatest: measure.greatest, hasSlices: true)
    }

    /// What the measure is computed from, as a policy's author must give it.
    static func needs(_ measure: PerformanceMeasure) -> [CheckDescriptor.Need] {
        switch measure.name {
        case "selection_rate", "mean_prediction": [.prediction]
        default: measure.input == .scores || measure.input == .classScores ? [.label, .score] : [.label, .prediction]
        }
    }
}
