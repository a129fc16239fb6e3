import AssayTerms

/// What a graph's outputs mean: a label, probabilities of classes, a number.
struct ONNXAnswers: Sendable {
    private(set) var label: Int?
    private(set) var shares: Int?
    private(set) var number: Int?
    private(set) var classes: ClassLabels?
    /// Whether the graph gives probabilities alone, and the greatest is the label.
    private(set) var isSharesAlone = false

    /// - Throws: `.unsupported` for outputs that are none of these.
    init(_ file: ONNXFile, _ program: ONNXProgram) throws(AssayError) {
        func unsupported(_ why: String) -> AssayError { AssayError(.unsupported, "\(file.name) \(why)") }
        var wide: [Int] = []
        for output in file.outputs {
            guard let slot = program.slots[Text(output.name)] else {
                throw AssayError(.unreadable, "\(file.name) has output '\(output.name.prefix(100))', which no node makes")
            }
            guard !program.counts.contains(slot) else {
                throw ONNXMixing.refusal("\(file.name) has output '\(output.name.prefix(100))', which says how many rows there are")
            }
            guard let shape = program.shapesOfRows[slot], let kind = program.kind(of: slot) else {
                throw unsupported("has output '\(output.name.prefix(100))', which is the same for all rows")
            }
            let width = shape.reduce(1, *)
            switch kind {
            case .integers where width == 1, .words where width == 1:
                guard label == nil else { throw unsupported("answers with several labels a row; one is read") }
                label = slot
            case .floats where width == 1, .doubles where width == 1:
                // Beside a label single numbers say nothing of classes.
                if number == nil { number = slot } else if label == nil, wide.isEmpty { number = -1 }
            case .floats where shape.count == 1, .doubles where shape.count == 1: wide.append(slot)
            default:
                throw unsupported(
                    "has output '\(output.name.prefix(100))' of \(shape) a row; labels, one number, or a probability for each class are read")
            }
        }
        let trace = ONNXTrace(program)
        if let label {
            number = nil
            classes = try trace.classes(of: label)
            for slot in wide { classes = try trace.zipMap(slot) ?? classes }
            shares = wide.first { slot in
                program.shapesOfRows[slot]?.first == classes?.count && (classes?.count ?? 0) > 1 && trace.givesProbabilities(slot)
            }
            if classes == nil, case .words? = program.kind(of: label) { throw unsupported("answers with words of which it does not say what there are") }
            return
        }
        if let slot = wide.first {
            guard wide.count == 1, number == nil else { throw unsupported("answers with several numbers a row; one is read, or probabilities") }
            guard trace.isSoftmax(slot), let count = program.shapesOfRows[slot]?.first else {
                throw unsupported(
                    "answers with \(program.shapesOfRows[slot]?.first ?? 0) numbers a row that are no Softmax's; end the graph with a Softmax, so that they "
                        + "are probabilities, or with one number")
            }
            shares = slot
            isSharesAlone = true
            classes = .integers((0..<count).map { Int64($0) })
            return
        }
        guard let number, number >= 0 else { throw unsupported("answers with \(number == nil ? "nothing" : "several numbers a row"); one is read") }
    }
}

/// Follows outputs back through a graph.
private struct ONNXTrace {
    let program: ONNXProgram

    init(_ program: ONNXProgram) { self.program = program }

    private static let passing: Set<String> = ["Identity", "Cast", "Reshape", "Squeeze", "Flatten", "Unsqueeze", "ZipMap"]

    private func source(_ slot: Int) -> (step: ONNXProgram.Step, output: Int)? {
        var slot = slot
        while let place = program.makers[slot] {
            let step = program.steps[place]
            guard Self.passing.contains(step.node.type), let input = step.inputs.first else {
                return (step, step.outputs.firstIndex(of: slot) ?? 0)
            }
            slot = input
        }
        return nil
    }

    /// The names by which a ZipMap hands on probabilities.
    func zipMap(_ slot: Int) throws(AssayError) -> ClassLabels? {
        guard let place = program.makers[slot], program.steps[place].node.type == "ZipMap" else { return nil }
        return try attributes(program.steps[place].node, "classlabels_int64s")
    }

    private func attributes(_ node: ONNXNode, _ integers: String) throws(AssayError) -> ClassLabels? {
        let texts = try node.texts("classlabels_strings")
        let numbers = try node.integers(integers)
        let labels: ClassLabels = texts.isEmpty ? .integers(numbers) : .texts(texts)
        guard Set(labels.values).count == labels.count else { throw node.damaged("names a class twice") }
        return labels.count > 0 ? labels : nil
    }

    func classes(of slot: Int) throws(AssayError) -> ClassLabels? {
        guard let (step, output) = source(slot) else { return nil }
        let node = step.node
        switch node.type {
        case "TreeEnsembleClassifier" where output == 0: return try attributes(node, "classlabels_int64s")
        case "LinearClassifier" where output == 0: return try attributes(node, "classlabels_ints")
        case "ArgMax":
            guard let shape = program.shapesOfRows[step.inputs[0]], let count = shape.last, shape.count == 1 else { return nil }
            return .integers((0..<count).map { Int64($0) })
        case "ArrayFeatureExtractor", "Gather":
            guard let list = program.constants[step.inputs[0]], list.shape.filter({ $0 != 1 }).count <= 1 else { return nil }
            switch list.values {
            case .integers(let values): return Set(values).count == values.count ? .integers(values) : nil
            case .words(let places): return Set(places).count == places.count ? .texts(places.map { program.words.texts[Int($0)] }) : nil
            case .floats(let values): return Set(values).count == values.count ? .integers(values.map { Int64(clampingTowardZero: Double($0)) }) : nil
            default: return nil
            }
        case "LabelEncoder":
            let texts = try node.texts("values_strings")
            if !texts.isEmpty { return Set(texts).count == texts.count ? .texts(texts) : nil }
            let numbers = try node.integers("values_int64s")
            return numbers.isEmpty || Set(numbers).count != numbers.count ? nil : .integers(numbers)
        default: return nil
        }
    }

    /// Whether an output's numbers are shares by what makes them: not the bare sums of a linear classifier.
    func givesProbabilities(_ slot: Int) -> Bool {
        guard let (step, _) = source(slot) else { return false }
        guard let core = step.kernel.core else { return step.node.type != "MatMul" && step.node.type != "Gemm" && step.node.type != "Add" }
        return core.givesShares
    }

    func isSoftmax(_ slot: Int) -> Bool { source(slot)?.step.node.type == "Softmax" }
}
