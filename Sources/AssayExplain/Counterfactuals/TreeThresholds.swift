package import AssayModels
import AssayTerms

/// Where a model by trees changes its mind, in the units of its inputs.
package enum TreeThresholds {
    /// Thresholds on each input that reaches the trees as a number, as it is or scaled; ascending, each once.
    ///
    /// - Returns: by the input's place; empty for a model that is not by trees.
    package static func byInput(_ model: ScoringModel) -> [Int: [Double]] {
        guard case .trees(let head) = model.head else { return [:] }
        let graph = model.graph
        let places = graph.features.map { feature -> (input: Int, factor: Double, offset: Double)? in
            guard case .number(let step) = feature else { return nil }
            return line(step, graph)
        }
        var found: [Int: Set<Double>] = [:]
        for node in head.ensemble.nodes where !node.isLeaf && !node.isCategorical {
            guard let place = places[Int(node.feature)] else { continue }
            let value = node.threshold * place.factor + place.offset
            if value.isFinite { found[place.input, default: []].insert(value) }
        }
        return found.mapValues { $0.sorted() }
    }

    /// How a step's number leads back to an input: `input = factor · number + offset`; `nil` for what is no straight rising line of one.
    private static func line(_ step: Int, _ graph: Graph) -> (input: Int, factor: Double, offset: Double)? {
        switch graph.steps[step] {
        case .number(let source):
            switch source.base {
            case .input(let input): return (input, 1, 0)
            case .step(let step): return line(step, graph)
            }
        case .scaled(let step, let subtracted, let divisor, let factor):
            guard let before = line(step, graph) else { return nil }
            let scale = (divisor ?? 1) / (factor ?? 1)
            guard scale > 0, scale.isFinite else { return nil }
            return (before.input, before.factor * scale, before.factor * (subtracted ?? 0) + before.offset)
        default: return nil
        }
    }

    /// A number of six significant digits at or below a threshold, and one above it: what a person could be told.
    static func sides(_ threshold: Double) -> (below: Double, above: Double) {
        let (down, up) = (rounded(threshold, .down), rounded(threshold, .up))
        return (down, up > threshold ? up : rounded(threshold + max(threshold.magnitude * 1e-5, .leastNormalMagnitude), .up))
    }

    private static func rounded(_ value: Double, _ rule: FloatingPointRoundingRule) -> Double {
        guard value != 0, value.isFinite else { return value }
        var unit = 1.0
        let size = value.magnitude
        while unit * 1e6 <= size, unit < 1e290 { unit *= 10 }
        while unit * 1e5 > size, unit > 1e-290 { unit /= 10 }
        // Below one, dividing by the whole power keeps the shortest decimals.
        let whole = unit < 1 ? (value * (1 / unit).rounded()).rounded(rule) / (1 / unit).rounded() : (value / unit).rounded(rule) * unit
        guard whole.isFinite else { return value }
        switch rule {
        case .down: return whole <= value ? whole : value
        default: return whole >= value ? whole : value
        }
    }
}
