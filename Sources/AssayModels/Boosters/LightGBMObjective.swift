import AssayTerms

/// What an objective of LightGBM's makes of sums.
enum LightGBMObjective {
    static func link(_ head: LightGBMFields) throws(AssayError) -> BoosterLink {
        let words = try head.text("objective")?.split(separator: " ").map(String.init) ?? []
        func factor() throws(AssayError) -> Double {
            let word = words.first { $0.hasPrefix("sigmoid:") }
            guard let word else { return 1 }
            guard let factor = DecimalNumber.double(word.utf8.dropFirst("sigmoid:".count)), factor.isFinite, factor > 0 else {
                throw head.damaged("has an objective with a sigmoid that is not a number above 0")
            }
            return factor
        }
        let form: BoosterLink.Form
        switch words.first {
        case "regression", "regression_l1", "huber", "fair", "quantile", "mape":
            form = words.contains("sqrt") ? .signedSquare : .identity
        case "lambdarank", "rank_xendcg", "custom", nil:
            let groups = try head.count("num_tree_per_iteration", limit: 100_000)
            guard groups == 1 else { throw head.unsupported("has no objective that says what its \(groups) numbers a row mean") }
            form = .identity
        case "poisson", "gamma", "tweedie": form = .exponential
        case "binary": form = .logistic(factor: try factor())
        case "cross_entropy", "xentropy": form = .logistic(factor: 1)
        case "cross_entropy_lambda", "xentlambda": form = .softplus
        case "multiclass", "softmax": form = .softmax(classByProbability: true)
        case "multiclassova", "multiclass_ova", "ova", "ovr": form = .eachLogistic(factor: try factor())
        case let other?:
            throw head.unsupported("has the objective '\(other.prefix(60))', whose answers this version does not know")
        }
        return BoosterLink(form, isFloat: false)
    }

    /// The library makes as many answers as the head says there are classes, of as many sums as its objective says.
    static func requireClasses(_ head: LightGBMFields, groups: Int) throws(AssayError) {
        let word = try head.text("objective")?.split(separator: " ").first { $0.hasPrefix("num_class:") }
        let own = word.flatMap { Int($0.dropFirst("num_class:".count)) }
        guard try head.count("num_class", limit: 100_000) == groups, own ?? groups == groups else {
            throw head.damaged("has \(groups) trees an iteration, and says that there are other than so many classes")
        }
    }
}
