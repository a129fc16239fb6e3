import AssayTerms

extension CheckCatalogue {
    package static let weakestSlice = "performance.weakest_slice"
    package static let detectableGap = "fairness.minimum_detectable_gap"

    /// What a search over slices found, and what rows could show.
    static let search: [CheckDescriptor] = [
        CheckDescriptor(
            id: weakestSlice, convention: .assay, direction: .higherIsBetter, kind: .counted,
            needs: [.label, .prediction, .column],
            sentence: "How far accuracy falls short in the weakest slice, after correction; 0 if none does.",
            source: "Assay: score intervals of every value and pair of values at Bonferroni's level", least: -1, greatest: 0),
        CheckDescriptor(
            id: detectableGap, convention: .assay, direction: .lowerIsBetter, kind: .counted,
            needs: [.prediction, .sensitive],
            sentence: "The gap in selection rates that these rows would show with power 0.8.",
            source: "Fleiss, Levin and Paik (2003), section 4.2, corrected for all pairs", least: 0, greatest: 1),
    ]
}
