import AssayTerms
import Glibc

/// What a classifier makes of its sums, in 32 bits.
enum ONNXTransform: Hashable, Sendable {
    case none, logistic, softmax, softmaxZero

    init(_ node: ONNXNode) throws(AssayError) {
        switch try node.text("post_transform")?.string ?? "NONE" {
        case "NONE": self = .none
        case "LOGISTIC": self = .logistic
        case "SOFTMAX": self = .softmax
        case "SOFTMAX_ZERO": self = .softmaxZero
        case let word: throw node.unsupported("has post_transform '\(word.prefix(40))', which is not read")
        }
    }

    /// As `TreeEnsemble` numbers them.
    init(number: Int64, _ node: ONNXNode) throws(AssayError) {
        let all: [ONNXTransform] = [.none, .softmax, .logistic, .softmaxZero]
        guard (0..<4).contains(number) else { throw node.unsupported("has post_transform \(number), which is not read") }
        self = all[Int(number)]
    }

    /// Of two scores and more.
    func applied(_ scores: [Float]) -> [Float] {
        switch self {
        case .none: return scores
        case .logistic: return scores.map { ONNXElementwise.logistic($0) }
        case .softmax:
            let top = scores.reduce(-Float.greatestFiniteMagnitude) { max($0, $1) }
            let shares = scores.map { expf($0 - top) }
            let sum = shares.reduce(0, +)
            return shares.map { $0 / sum }
        case .softmaxZero:
            // A score of nothing stays nothing.
            let top = scores.reduce(-Float.greatestFiniteMagnitude) { max($0, $1) }
            let scale = expf(-top)
            var sum: Float = 0
            let shares = scores.map { score -> Float in
                guard score > 1e-7 || score < -1e-7 else { return score * scale }
                let share = expf(score - top)
                sum += share
                return share
            }
            return shares.map { $0 / sum }
        }
    }
}

/// How `TreeEnsembleClassifier` decides, and what it answers with.
struct ONNXTreeClasses: Sendable {
    let isBinary: Bool
    /// Whether all leaves add to one of the classes.
    let hasOneWeighted: Bool
    let weightsArePositive: Bool
    /// Two of two classes, or one for each of several; a single one of two classes is part of the sums.
    let base: [Double]
    let transform: ONNXTransform

    /// Whether a label is a class's place; otherwise it is 1 or 0 itself.
    var namesClasses: Bool { !isBinary || hasOneWeighted }

    /// Whether the answer is made of the class's own sum.
    var isExplained: Bool { !isBinary || base.isEmpty }

    func answer(_ sums: [Float], _ isSet: [Bool]) -> (label: Int, scores: [Float]) {
        var scores = sums
        guard isBinary else {
            let present = base.isEmpty ? isSet : isSet.map { _ in true }
            var best = -1
            for (place, score) in scores.enumerated() where present[place] && (best < 0 || score > scores[best]) { best = place }
            return (max(best, 0), transform.applied(scores))
        }
        let has = isSet
        var both = true
        switch base.count {
        case 2:
            if has[1] {
                scores[1] = Float(base[1]) + scores[0]
                scores[0] = -scores[1]
            } else {
                scores[1] += Float(base[1])
                scores[0] += Float(base[0])
            }
        default: both = has[1]
        }
        let deciding = both && has[1] ? scores[1] : has[0] ? scores[0] : 0
        let isSecond = hasOneWeighted && weightsArePositive ? deciding > 0.5 : deciding > 0
        // What no leaf has added to is nothing, its base value included.
        if both { return (isSecond ? 1 : 0, transform.applied([has[0] ? scores[0] : 0, has[1] ? scores[1] : 0])) }
        // One score for two classes.
        let score = has[0] ? scores[0] : 0
        if transform == .logistic { return (isSecond ? 1 : 0, [ONNXElementwise.logistic(-score), ONNXElementwise.logistic(score)]) }
        return (isSecond ? 1 : 0, [hasOneWeighted && weightsArePositive ? 1 - score : -score, score])
    }
}
