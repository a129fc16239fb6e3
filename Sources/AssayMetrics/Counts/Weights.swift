package import AssayTerms

/// Row weights: finite and not negative.
package enum Weights {
    /// - Throws: `invalidArgument` naming the first row whose weight is negative, infinite or not a number.
    package static func check(_ weights: Span<Double>, firstRow: Int) throws(AssayError) {
        for row in weights.indices where !(weights[row] >= 0 && weights[row] < .infinity) {
            let fault = weights[row] < 0 ? "negative" : weights[row].isNaN ? "missing or not a number" : "infinite"
            throw AssayError(
                .invalidArgument,
                "the weight of row \(firstRow + row) (counted from 0) is \(fault); "
                    + "weights must be finite and at least 0")
        }
    }
}
