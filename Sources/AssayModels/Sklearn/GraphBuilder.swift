import AssayTerms

/// Builds a ``Graph`` while transformers are read: each transformer takes lanes and gives lanes.
struct GraphBuilder {
    /// One column between two transformers.
    enum Lane {
        case source(Graph.Source)
        /// One column of a one-hot encoding.
        case indicator(step: Int, code: Int32)
    }

    /// Beyond this a file is refused: every lane costs memory while the model is read.
    static let laneLimit = 1_000_000

    let inputs: [Text]
    private(set) var steps: [Graph.Step] = []
    private(set) var models: [Graph.Model] = []

    init(inputs: [Text]) { self.inputs = inputs }

    var inputLanes: [Lane] { inputs.indices.map { .source(Graph.Source(base: .input($0))) } }

    mutating func add(_ step: Graph.Step) throws(AssayError) -> Int {
        guard steps.count < Self.laneLimit else {
            throw AssayError(.limitExceeded, "the model has more than \(Self.laneLimit) steps")
        }
        steps.append(step)
        return steps.count - 1
    }

    /// The lane as a source that treatments can be put on.
    mutating func source(_ lane: Lane) throws(AssayError) -> Graph.Source {
        switch lane {
        case .source(let source): source
        case .indicator(let step, let code): Graph.Source(base: .step(try add(.indicator(step, code: code))))
        }
    }

    /// The lane as a step of numbers.
    mutating func number(_ lane: Lane) throws(AssayError) -> Int {
        let source = try source(lane)
        if case .step(let step) = source.base, source.treatments.isEmpty { return step }
        return try add(.number(source))
    }

    mutating func scaled(
        _ lane: Lane, subtracted: Double? = nil, divisor: Double? = nil, factor: Double? = nil
    ) throws(AssayError) -> Lane {
        let step = try number(lane)
        return .source(
            Graph.Source(
                base: .step(try add(.scaled(step, subtracted: subtracted, divisor: divisor, factor: factor)))))
    }

    /// The lane as a step of numbers in which none is missing.
    mutating func whole(_ lane: Lane) throws(AssayError) -> Int {
        guard case .source(var source) = lane else { return try number(lane) }
        if source.treatments.last != .refuseMissing { source.treatments.append(.refuseMissing) }
        return try add(.number(source))
    }

    mutating func lane(_ step: Graph.Step) throws(AssayError) -> Lane { .source(Graph.Source(base: .step(try add(step)))) }

    mutating func mapped(_ lane: Lane, _ map: NumberMap) throws(AssayError) -> Lane { try self.lane(.mapped(try number(lane), map)) }

    mutating func features(_ lanes: [Lane]) throws(AssayError) -> [Graph.Feature] {
        var features: [Graph.Feature] = []
        features.reserveCapacity(lanes.count)
        for lane in lanes {
            if case .indicator(let step, let code) = lane {
                features.append(.indicator(step: step, code: code))
            } else {
                features.append(.number(step: try number(lane)))
            }
        }
        return features
    }

    mutating func graph(features lanes: [Lane]) throws(AssayError) -> Graph {
        // First, as it adds steps.
        let features = try features(lanes)
        return graph(features: features)
    }

    /// A model whose answers later steps are made from; its place.
    mutating func add(_ model: Graph.Model) -> Int {
        models.append(model)
        return models.count - 1
    }

    func graph(features: [Graph.Feature]) -> Graph { Graph(inputs: inputs, steps: steps, features: features, models: models) }
}
