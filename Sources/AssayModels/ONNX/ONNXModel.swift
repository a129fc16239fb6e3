package import AssayTerms

/// A model of a graph, asked row by row.
package struct ONNXModel: RowProgram {
    let program: ONNXProgram
    let shapes: [ONNXShape]
    private let answers: ONNXAnswers
    package let core: ProgramCore?
    /// Of the step that the core is made by: its place, and the slot it reads.
    private let coreStep: (place: Int, input: Int)?
    private let labelPlaces: [Int64: Int]

    package var classes: ClassLabels? { answers.shares == nil ? nil : answers.classes }
    /// Whether `predict` answers with probabilities.
    var answersProbabilities: Bool { answers.isSharesAlone }

    init(_ file: ONNXFile, shapes: [ONNXShape]) throws(AssayError) {
        self.shapes = shapes
        let program = try ONNXProgram(file, shapes: shapes)
        self.program = program
        answers = try ONNXAnswers(file, program)
        var places: [Int64: Int] = [:]
        switch answers.classes {
        case .integers(let labels)?: for (place, label) in labels.enumerated() { places[label] = place }
        case .texts(let labels)?: for (place, label) in labels.enumerated() { places[program.words.known(label).map { Int64($0) } ?? -1] = place }
        default: break
        }
        labelPlaces = places
        let outputs = [answers.label, answers.shares, answers.number].compactMap { $0 }
        try program.requireSameAlone(outputs)
        (core, coreStep) = Self.core(program, outputs)
    }

    /// The only step with sums, where all that is answered is made of them and they are made of single columns.
    private static func core(_ program: ONNXProgram, _ outputs: [Int]) -> (ProgramCore?, (Int, Int)?) {
        let summing = program.steps.indices.filter { ONNXProgram.summing.contains(program.steps[$0].node.type) }
        guard summing.count == 1, let place = summing.first, let found = program.steps[place].kernel.core else { return (nil, nil) }
        var around = Set(program.inputs)
        for (index, step) in program.steps.enumerated() where index != place && step.node.type != "Shape" {
            if step.inputs.contains(where: around.contains) { around.formUnion(step.outputs) }
        }
        let input = program.steps[place].inputs[0]
        let origins = program.origins(of: input)
        guard !outputs.contains(where: around.contains), origins.allSatisfy({ $0 >= -1 }), !origins.isEmpty else { return (nil, nil) }
        // A feature that is the same for all rows moves nothing, whosever it is.
        return (
            ProgramCore(kind: found.kind, origins: origins.map { max($0, 0) }, space: found.space, explained: found.explained), (place, input)
        )
    }

    // MARK: Rows

    /// Rows at once, so that values of wide graphs stay small.
    private var block: Int { min(4096, max(1, (1 << 24) / program.work)) }

    private func inputs(_ values: GraphValues, _ graph: Graph, _ rows: Range<Int>) throws(AssayError) -> [ONNXTensor] {
        var tensors: [ONNXTensor] = []
        var column = 0
        for shape in shapes {
            var numbers: [[Double]] = []
            var codes: [[Int32]] = []
            for place in 0..<shape.width {
                switch values.steps[graph.features[column + place].step] {
                case .numbers(let own)?: numbers.append(Array(own[rows]))
                case .codes(let own)?: codes.append(Array(own[rows]))
                case nil: throw AssayError(.internalFault, "a column of the model was not read")
                }
                try check(numbers.last, shape, graph.inputs[column + place])
            }
            column += shape.width
            let extents = shape.shape(rows: rows.count)
            guard (shape.type == 8 ? codes.count : numbers.count) == shape.width else {
                throw AssayError(.internalFault, "a column of the model was read as another kind")
            }
            func rowWise<Cell, Element>(_ columns: [[Cell]], _ convert: (Cell) -> Element) -> [Element] {
                if columns.count == 1 { return columns[0].map(convert) }
                var result: [Element] = []
                result.reserveCapacity(rows.count * columns.count)
                for row in 0..<rows.count { for own in columns { result.append(convert(own[row])) } }
                return result
            }
            switch shape.type {
            case 8: tensors.append(ONNXTensor(extents, .words(rowWise(codes) { $0 })))
            case 11: tensors.append(ONNXTensor(extents, .doubles(rowWise(numbers) { $0 })))
            case 6, 7: tensors.append(ONNXTensor(extents, .integers(rowWise(numbers) { Int64($0) }), integerType: shape.type))
            case 9: tensors.append(ONNXTensor(extents, .booleans(rowWise(numbers) { $0 != 0 })))
            default: tensors.append(ONNXTensor(extents, .floats(rowWise(numbers) { Float($0) })))
            }
        }
        return tensors
    }

    /// - Throws: `.invalidArgument` where whole numbers or truths are asked for and others come.
    private func check(_ numbers: [Double]?, _ shape: ONNXShape, _ name: Text) throws(AssayError) {
        guard let numbers, [6, 7, 9].contains(shape.type) else { return }
        let isTruth = shape.type == 9
        // A number of 64 bits that may have been another whole number is none; -2³¹ is one of 32 bits.
        let (least, limit) = shape.type == 6 ? (-0x1p31, 0x1p31) : ((-0x1p53).nextUp, 0x1p53)
        let bad = numbers.count { isTruth ? $0 != 0 && $0 != 1 : !($0 >= least && $0 < limit && $0 == $0.rounded()) }
        guard bad == 0 else {
            throw AssayError(
                .invalidArgument,
                "column '\(name)' has \(bad) \(bad == 1 ? "row" : "rows") without a \(isTruth ? "truth" : "whole number"), which the model's "
                    + "\(ONNXTensorReader.typeName(shape.type)) input needs")
        }
    }

    private func forEachBlock(_ rowCount: Int, _ body: (Range<Int>) throws(AssayError) -> Void) throws(AssayError) {
        var start = 0
        while start < rowCount {
            let end = min(rowCount, start + block)
            try body(start..<end)
            start = end
        }
    }

    package func features(_ values: GraphValues, graph: Graph) throws(AssayError) -> FeatureMatrix {
        guard let coreStep, let core else { throw AssayError(.internalFault, "a model without sums was asked for them") }
        let width = core.origins.count
        var matrix = [Double](repeating: 0, count: values.rowCount * width)
        try forEachBlock(values.rowCount) { (rows) throws(AssayError) in
            let tensor = try program.run(inputs(values, graph, rows), wanted: [coreStep.input], last: coreStep.place - 1)[0]
            guard let numbers = self.numbers(tensor), numbers.count == rows.count * width else {
                throw AssayError(.internalFault, "the model's features have another shape than before")
            }
            for row in 0..<rows.count { for column in 0..<width { matrix[column * values.rowCount + rows.lowerBound + row] = numbers[row * width + column] } }
        }
        return FeatureMatrix(rowCount: values.rowCount, featureCount: width, values: matrix)
    }

    /// As the sums take them: in 32 bits, but by trees with 64-bit thresholds.
    private func numbers(_ tensor: ONNXTensor) -> [Double]? {
        if case .trees(let head)? = core?.kind, !head.ensemble.comparesInFloat { return tensor.doubles }
        return tensor.floats?.map { Double($0) }
    }

    package func scores(_ values: GraphValues, graph: Graph) throws(AssayError) -> Scores {
        var labels: [Int] = []
        var numbers: [Double] = []
        var shares = [[Double]](repeating: [], count: answers.shares == nil ? 0 : answers.classes?.count ?? 0)
        let wanted = [answers.label, answers.shares, answers.number].compactMap { $0 }
        try forEachBlock(values.rowCount) { (rows) throws(AssayError) in
            var results = try program.run(inputs(values, graph, rows), wanted: wanted)[...]
            if answers.label != nil {
                let tensor = results.removeFirst()
                if answers.classes == nil { numbers += tensor.doubles ?? [] } else { labels += try places(tensor) }
            }
            if answers.shares != nil { try add(results.removeFirst(), rows.count, to: &shares) }
            if answers.number != nil { numbers += results.removeFirst().doubles ?? [] }
        }
        let bad = numbers.count { !$0.isFinite }
        guard bad == 0 else { throw unanswered(bad) }
        if answers.isSharesAlone { labels = values.rowCount == 0 ? [] : Softmax.greatest(shares) }
        let sums = try sums(values, graph)
        return Scores(
            scores: sums ?? (answers.shares == nil ? [numbers.isEmpty ? labels.map { Double($0) } : numbers] : shares),
            probabilities: answers.shares == nil ? nil : shares, classes: labels, labels: answers.classes,
            numbers: answers.classes == nil ? numbers : nil, rowCount: values.rowCount)
    }

    /// What attributions add up to; `nil` without a core.
    private func sums(_ values: GraphValues, _ graph: Graph) throws(AssayError) -> [[Double]]? {
        guard let core else { return nil }
        let matrix = try features(values, graph: graph)
        switch core.kind {
        case .trees(let head): return head.scores(matrix)
        case .linear(let weights, let intercepts):
            return zip(weights, intercepts).map { weights, intercept in
                (0..<matrix.rowCount).map { row in
                    var sum = 0.0
                    for (feature, weight) in weights.enumerated() { sum += weight * matrix[row: row, feature: feature] }
                    return sum + intercept
                }
            }
        }
    }

    private func places(_ tensor: ONNXTensor) throws(AssayError) -> [Int] {
        let keys: [Int64]
        switch tensor.values {
        case .integers(let values): keys = values
        case .words(let values): keys = values.map { Int64($0) }
        default: throw AssayError(.internalFault, "labels are of another type than before")
        }
        return try keys.map { (key) throws(AssayError) in
            guard let place = labelPlaces[key] else { throw AssayError(.unreadable, "\(program.file) answers with a label that is none of its classes") }
            return place
        }
    }

    private func add(_ tensor: ONNXTensor, _ rows: Int, to shares: inout [[Double]]) throws(AssayError) {
        guard let values = tensor.doubles, values.count == rows * shares.count else {
            throw AssayError(.internalFault, "probabilities have another shape than before")
        }
        let bad = values.count { !$0.isFinite }
        guard bad == 0 else { throw unanswered(bad) }
        guard values.allSatisfy({ $0 >= -1e-6 && $0 <= 1 + 1e-5 }) else {
            throw AssayError(.unsupported, "\(program.file) answers with numbers for its classes that are no probabilities")
        }
        for place in shares.indices { for row in 0..<rows { shares[place].append(min(max(values[row * shares.count + place], 0), 1)) } }
    }

    private func unanswered(_ count: Int) -> AssayError {
        AssayError(
            .invalidArgument,
            "the model answers with \(count) \(count == 1 ? "number that is" : "numbers that are") not finite; do the rows lack values that it needs?")
    }
}

extension ONNXProgram {
    /// Operators that add up leaves or weights.
    static let summing: Set<String> = ["TreeEnsembleClassifier", "TreeEnsembleRegressor", "TreeEnsemble", "LinearClassifier", "LinearRegressor"]
}
