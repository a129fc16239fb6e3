import AssayColumns
package import AssayModels
import AssayTerms

/// Where a model by trees changes its mind, in the units of its inputs.
package struct TreeThresholds: Sendable {
    /// Thresholds on each input that reaches the trees as a number, as it is or scaled; ascending, each once. By the input's place; empty for
    /// a model that is not by trees.
    package let byInput: [Int: [Double]]
    /// Whether trees compare in 32 bits.
    let isFloat: Bool

    private init(byInput: [Int: [Double]], isFloat: Bool) {
        self.byInput = byInput
        self.isFloat = isFloat
    }

    /// No thresholds, of a model that nothing is known of.
    package init() { self.init(byInput: [:], isFloat: false) }

    package init(_ model: ScoringModel) {
        let graph = model.graph
        let places: [(input: Int, factor: Double, offset: Double)?]
        let ensemble: TreeEnsemble
        switch model.head {
        case .trees(let head):
            ensemble = head.ensemble
            places = graph.features.map { feature in
                guard case .number(let step) = feature else { return nil }
                return Self.line(step, graph)
            }
        case .program(let program):
            guard let core = program.core, case .trees(let head) = core.kind else { fallthrough }
            ensemble = head.ensemble
            places = Self.plain(program, core, model)
        case .linear, .dense:
            self.init()
            return
        }
        var found: [Int: Set<Double>] = [:]
        for node in ensemble.nodes where !node.isLeaf && !node.isCategorical {
            guard let place = places[Int(node.feature)] else { continue }
            let value = node.threshold * place.factor + place.offset
            if value.isFinite { found[place.input, default: []].insert(value) }
        }
        self.init(byInput: found.mapValues { $0.sorted() }, isFloat: ensemble.comparesInFloat)
    }

    /// Which features of a program that computes them itself are its inputs as they are: those that answer some uneven numbers with the same.
    private static func plain(_ program: any RowProgram, _ core: ProgramCore, _ model: ScoringModel) -> [(input: Int, factor: Double, offset: Double)?] {
        let inputs = model.inputs.indices
        let asked = (0..<3).map { row in inputs.map { place in 0.7346 + Double(place) * 1.3719 - Double(row) * 2.2817 * Double(place % 3 + 1) } }
        let block = RowBlock(rowCount: asked.count, columns: inputs.map { place in
            Column(name: model.inputs[place], values: .double(asked.map { $0[place] }))
        })
        guard let values = try? Scorer(model).values(block), let matrix = try? program.features(values, graph: model.graph) else {
            return [(input: Int, factor: Double, offset: Double)?](repeating: nil, count: core.origins.count)
        }
        return core.origins.enumerated().map { feature, input in
            let isPlain = asked.indices.allSatisfy { row in
                [asked[row][input], Double(Float(asked[row][input]))].contains(matrix[row: row, feature: feature])
            }
            return isPlain ? (input, 1, 0) : nil
        }
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

    /// A number of six significant digits at or below a threshold, and one above it, as the trees compare: what a person could be told.
    func sides(_ threshold: Double) -> (below: Double, above: Double) {
        let compared = { (value: Double) in isFloat ? Double(Float(value)) : value }
        let (down, up) = (Self.rounded(threshold, .down), Self.rounded(threshold, .up))
        let step = max(threshold.magnitude * 1e-5, .leastNormalMagnitude)
        return (
            compared(down) <= threshold ? down : Self.rounded(threshold - step, .down),
            compared(up) > threshold ? up : Self.rounded(threshold + step, .up)
        )
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
