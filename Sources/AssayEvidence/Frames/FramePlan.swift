import AssayMetrics
import AssayTerms

/// Which rows are told apart, and which states are kept of them.
struct FramePlan {
    /// Columns whose combinations are groups; none for all rows together.
    let columns: [Text]
    var inputs: Set<PerformanceMeasure.Input>
}
