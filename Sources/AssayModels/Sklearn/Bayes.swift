import AssayTerms
import Glibc

/// Naive Bayes. All but the normal distributions are weighted sums, of counts, of flags, of categories, and are scored and explained as such.
///
/// - Source: scikit-learn 1.9, `naive_bayes.py`, `_joint_log_likelihood` of each.
extension SklearnReader {
    /// `nil` where the class is none of these.
    mutating func naiveBayes(_ node: SkopsNode, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> Fitted? {
        guard node.className.hasPrefix("sklearn.naive_bayes.") else { return nil }
        let classes = try classLabels(node.required("classes_"))
        var lanes = lanes
        var weights: [[Double]]
        var intercepts: [Double]
        switch node.className.split(separator: ".").last ?? "" {
        case "GaussianNB":
            let means = try node.required("theta_").numbers(axes: 2)
            let variances = try node.required("var_").numbers(axes: 2)
            try requireWidth(means.shape[1], lanes, node)
            guard means.shape == variances.shape, means.shape[0] == classes.count else { throw node.damaged("has distributions of other classes") }
            let head = try GaussianHead(
                labels: classes, means: means.values, variances: variances.values, priors: node.required("class_prior_").numbers(axes: 1).values)
            return Fitted(features: try builder.features(lanes), head: .dense(head))
        case "MultinomialNB":
            weights = try logShares(node, classes, lanes)
            intercepts = try node.required("class_log_prior_").numbers(axes: 1).values
        case "ComplementNB":
            weights = try logShares(node, classes, lanes)
            intercepts = [Double](repeating: 0, count: classes.count)
        case "BernoulliNB":
            let present = try logShares(node, classes, lanes)
            let priors = try node.required("class_log_prior_").numbers(axes: 1).values
            guard priors.count == classes.count else { throw node.damaged("has priors of other classes") }
            let absent = present.map { $0.map { log(1 - exp($0)) } }
            weights = zip(present, absent).map { zip($0, $1).map { $0 - $1 } }
            intercepts = zip(priors, absent).map { $0 + $1.reduce(0, +) }
            let threshold = try node.required("binarize")
            if try !threshold.isNone {
                let limit = try finiteNumber(threshold)
                var flags: [GraphBuilder.Lane] = []
                for lane in lanes { flags.append(try builder.lane(.mapped(try builder.whole(lane), .above(limit)))) }
                lanes = flags
            }
        case "CategoricalNB":
            intercepts = try node.required("class_log_prior_").numbers(axes: 1).values
            (lanes, weights) = try categoryShares(node, classes, lanes)
        default: return nil
        }
        guard weights.count == classes.count, intercepts.count == classes.count else { throw node.damaged("has numbers of other classes") }
        let features = try builder.features(lanes)
        guard classes.count == 2 else {
            let head = try LinearHead(classes: classes, link: .softmax, weights: weights, intercepts: intercepts, features: features)
            return Fitted(features: features, head: .linear(head), decides: false)
        }
        // Of two classes the difference is the log-odds of the second.
        let difference = zip(weights[1], weights[0]).map { $0 - $1 }
        let head = try LinearHead(
            classes: classes, link: .logistic, weights: [difference], intercepts: [intercepts[1] - intercepts[0]], features: features)
        return Fitted(features: features, head: .linear(head), decides: false)
    }

    private func logShares(_ node: SkopsNode, _ classes: ClassLabels, _ lanes: [GraphBuilder.Lane]) throws(AssayError) -> [[Double]] {
        let shares = try node.required("feature_log_prob_").numbers(axes: 2)
        try requireWidth(shares.shape[1], lanes, node)
        guard shares.shape[0] == classes.count else { throw node.damaged("has numbers of other classes") }
        return (0..<classes.count).map { Array(shares.values[($0 * lanes.count)..<(($0 + 1) * lanes.count)]) }
    }

    /// One indicator for each category. A kept difference: the library cuts 1.7 to 1, here it is a category that is not known.
    private mutating func categoryShares(
        _ node: SkopsNode, _ classes: ClassLabels, _ lanes: [GraphBuilder.Lane]
    ) throws(AssayError) -> ([GraphBuilder.Lane], [[Double]]) {
        let columns = try node.required("feature_log_prob_").items()
        try requireWidth(columns.count, lanes, node)
        var result: [GraphBuilder.Lane] = []
        var weights = [[Double]](repeating: [], count: classes.count)
        for (lane, column) in zip(lanes, columns) {
            let shares = try column.numbers(axes: 2)
            let count = shares.shape[1]
            guard shares.shape[0] == classes.count, count > 0, result.count + count <= GraphBuilder.laneLimit else {
                throw column.damaged("has numbers of other classes, or too many categories")
            }
            var codes: [Cell: Int32] = [:]
            for code in 0..<count { codes[.integer(Int64(code))] = Int32(code) }
            var source = try builder.source(lane)
            source.treatments.append(.refuseMissing)
            let step = try builder.add(.category(source, CategoryTable(codes: codes, unknown: .refused, width: count)))
            for code in 0..<count { result.append(.indicator(step: step, code: Int32(code))) }
            for label in weights.indices { weights[label] += shares.values[(label * count)..<((label + 1) * count)] }
        }
        return (result, weights)
    }
}
