import AssayColumns
import AssayMetrics

/// Rows of one block with everything decided: what the states of a frame are filled from.
struct CodedRows {
    var rowCount: Int
    /// By grouping column, −1 where a row has no value.
    var groups: [[Int32]]
    /// Distinct values so far, by grouping column; `nil` once a column had too many.
    var groupCounts: [Int?]
    var weights: [Double]?

    /// Positive, negative or missing, where one label is the positive one.
    var outcomes: OutcomeBlock?
    var binaryLabels: [UInt8] = []
    var scores: [Double]?
    /// Classes by the label coder's codes.
    var labels: [Int32] = []
    var predictions: [Int32] = []
    var classCount = 0
    /// The place of each row's label among the classes that have scores, and the scores by class in that order; `nil` where
    /// a model gives none.
    var classScores: (labels: [Int32], scores: [[Double]])?
    /// By label, one code a row.
    var labelSets: (labels: [[UInt8]], predictions: [[UInt8]])?
    /// Measured and predicted numbers, NaN where missing.
    var truths: [Double] = []
    var estimates: [Double] = []
}
