import AssayTerms
import Glibc

/// What an objective of XGBoost's makes of sums, and of the first guess.
///
/// - Source: XGBoost 3.2, `src/objective/`: `PredTransform` and `ProbToMargin` of each.
struct XGBoostObjective {
    let link: BoosterLink
    /// Whether `predict` answers for several classes with a probability each; of two the second's, and of `multi:softmax` the class.
    let isClassifier: Bool
    private let base: Base

    private enum Base {
        case asIs
        case logit
        case log
    }

    /// - Parameter node: `objective.name`.
    init(_ node: BoosterNode) throws(AssayError) {
        let name = try node.text()
        func make(_ form: BoosterLink.Form, _ base: Base, isClassifier: Bool = false) -> XGBoostObjective {
            XGBoostObjective(link: BoosterLink(form, isFloat: true), isClassifier: isClassifier, base: base)
        }
        switch name {
        case "reg:squarederror", "reg:linear", "reg:squaredlogerror", "reg:pseudohubererror", "reg:absoluteerror", "reg:quantileerror",
            "rank:pairwise", "rank:ndcg", "rank:map":
            self = make(.identity, .asIs)
        case "binary:logistic": self = make(.logistic(factor: 1), .logit, isClassifier: true)
        case "reg:logistic": self = make(.logistic(factor: 1), .logit)
        case "binary:logitraw": self = make(.identity, .asIs)
        case "binary:hinge": self = make(.hinge, .asIs)
        case "count:poisson", "reg:gamma", "reg:tweedie", "survival:cox", "survival:aft": self = make(.exponential, .log)
        case "multi:softprob": self = make(.softmax(classByProbability: true), .asIs, isClassifier: true)
        case "multi:softmax": self = make(.softmax(classByProbability: false), .asIs, isClassifier: true)
        default:
            throw node.unsupported("is '\(name.prefix(60))', an objective whose answers this version does not know")
        }
    }

    private init(link: BoosterLink, isClassifier: Bool, base: Base) {
        self.link = link
        self.isClassifier = isClassifier
        self.base = base
    }

    /// The first guess in the space of sums.
    func margin(_ score: Float) -> Float {
        switch base {
        case .asIs: score
        case .logit: -logf(1 / score - 1)
        case .log: logf(score)
        }
    }
}
