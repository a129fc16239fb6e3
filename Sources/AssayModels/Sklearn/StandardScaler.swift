import AssayTerms

extension SklearnReader {
    /// `(x − mean_) / scale_`, each where `with_mean` and `with_std` say so.
    ///
    /// Source: scikit-learn 1.9, `StandardScaler.transform`.
    mutating func standardScaler(
        _ node: SkopsNode, _ lanes: [GraphBuilder.Lane]
    ) throws(AssayError) -> [GraphBuilder.Lane] {
        let withMean = try node.required("with_mean").boolean()
        let withDeviation = try node.required("with_std").boolean()
        let remembered: [Double]? =
            if let mean = try node.attribute("mean_"), try !mean.isNone { try mean.numbers(axes: 1).values } else { nil }
        var scales: [Double]?
        if withDeviation { scales = try node.required("scale_").numbers(axes: 1).values }
        if withMean, remembered == nil { throw node.damaged("has no mean_; is the estimator fitted?") }
        for counted in [remembered, scales] {
            if let counted { try requireWidth(counted.count, lanes, node) }
        }
        var result: [GraphBuilder.Lane] = []
        for (index, lane) in lanes.enumerated() {
            if let remembered, case .source(let source) = lane, case .input(let input) = source.base,
                scalerMeans[input] == nil
            {
                scalerMeans[input] = remembered[index]
            }
            result.append(
                try builder.scaled(
                    lane, subtracted: withMean ? remembered?[index] : nil, divisor: scales?[index]))
        }
        return result
    }
}
