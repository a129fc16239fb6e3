import AssayMetrics
import AssayTerms

/// What one method says of one column.
struct DriftAnswer: Sendable {
    /// Of columns with more cells than this the counts by cell are left out.
    static let shownCells = 50

    var method: DriftMethod
    var value: Double?
    /// Why there is no value.
    var undefined: String?
    var statistic: Double?
    /// `nil` where the answer only informs and decides nothing.
    var isDrift: Bool?
    var threshold: Double?
    /// `values`, `sturges` (of both samples together) or `reference-quantiles`.
    var bins: String?
    var cells: CellCounts?
    var cellNames: [Text] = []
    /// Of bins: one more than there are cells in Evidently's mode, one fewer in strict mode, whose outer bins are open.
    var edges: [Double] = []
    /// What else a reader of this answer needs, by our own names.
    var details: [Text: Envelope.Parameter] = [:]

    init(_ method: DriftMethod, value: Double, statistic: Double? = nil) {
        self.method = method
        self.value = value
        self.statistic = statistic
    }

    init(_ method: DriftMethod, undefined: String) {
        self.method = method
        self.undefined = undefined
    }

    init(_ method: DriftMethod, _ test: (statistic: Double, pValue: Double)?, undefined: String) {
        if let test {
            self.init(method, value: test.pValue, statistic: test.statistic)
        } else {
            self.init(method, undefined: undefined)
        }
    }
}
