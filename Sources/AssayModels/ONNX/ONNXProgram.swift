import AssayTerms

/// A graph made ready: constants folded, every operator known, and seen to take each row by itself.
///
/// That is seen by running it on two and on three rows: every value that depends on rows must have as many along its first axis, and the same extents else.
/// Operators that keep shapes and look across rows refuse it themselves; ``ONNXCounts`` keeps the number of rows out of what is computed.
struct ONNXProgram: Sendable {
    let file: String
    private(set) var steps: [Step] = []
    /// Values by slot that are the same for all rows.
    private(set) var constants: [Int: ONNXTensor] = [:]
    /// Slots of the graph's inputs, in order.
    let inputs: [Int]
    private(set) var slots: [Text: Int] = [:]
    private(set) var words: ONNXWords
    /// Columns of each input.
    let widths: [Int]
    private let shapes: [ONNXShape]
    /// Which step makes a slot's value.
    private(set) var makers: [Int: Int] = [:]

    /// Elements and products that one row may cost.
    private static let rowWork = 1 << 28
    /// Elements and products of all that is the same for all rows together.
    private static let foldedWork = 1 << 28
    /// Bytes of all values that are kept: the file's own, what is the same for all rows, and those of the rows that are tried.
    private static let heldLimit = 1 << 30

    /// - Parameter widths: columns by input.
    init(_ file: ONNXFile, shapes: [ONNXShape]) throws(AssayError) {
        self.file = file.name
        self.shapes = shapes
        widths = shapes.map(\.width)
        words = file.words
        var slots: [Text: Int] = [:]
        var constants: [Int: ONNXTensor] = [:]
        for name in file.constants.keys.sorted() {
            constants[slots.count] = file.constants[name]
            slots[name] = slots.count
        }
        var inputs: [Int] = []
        for input in file.inputs {
            guard slots[Text(input.name)] == nil else { throw AssayError(.unreadable, "\(file.name) has input '\(input.name)' twice") }
            inputs.append(slots.count)
            slots[Text(input.name)] = slots.count
        }
        self.inputs = inputs
        self.slots = slots
        self.constants = constants
        try build(file)
    }

    private mutating func build(_ file: ONNXFile) throws(AssayError) {
        // Values for two and for three rows, as far as the graph has come.
        var probes = [2, 3].map { ONNXProbe(rows: $0, file: file.name, limit: $0 * Self.rowWork) }
        for (place, slot) in inputs.enumerated() {
            for probe in probes.indices { probes[probe].values[slot] = shapes[place].sample(rows: probes[probe].rows) }
        }
        var counts: Set<Int> = []
        var folded = ONNXWork(file: file.name, limit: Self.foldedWork, held: file.heldBytes)
        for node in file.nodes {
            var own: [Int] = []
            for input in node.inputs {
                guard let slot = input.isEmpty ? -1 : slots[Text(input)] else {
                    throw node.damaged("has input '\(input.prefix(100))', which no node before it makes")
                }
                own.append(slot)
            }
            var results: [Int] = []
            for output in node.outputs {
                guard output.isEmpty || slots[Text(output)] == nil else { throw node.damaged("makes '\(output.prefix(100))', which is there already") }
                results.append(slots.count)
                slots[Text(output.isEmpty ? "\u{0}\(slots.count)" : output)] = slots.count
            }
            let isFixed = own.allSatisfy { $0 < 0 || constants[$0] != nil }
            var context = ONNXContext(
                node: node, constants: own.map { $0 < 0 ? nil : constants[$0] }, opset: file.opsets[Text(node.domain)] ?? 0, words: words,
                isRow: own.map { $0 >= 0 && constants[$0] == nil && !counts.contains($0) }, isCount: own.map(counts.contains))
            // One owner at a time, or each new word copies all others.
            words = ONNXWords()
            let makesCounts = try ONNXCounts.makesCounts(context)
            let kernel = try Self.kernel(&context, features: own.first.flatMap { probes[0].values[$0]?.shape.last } ?? 0)
            words = context.words
            let step = Step(node: node, kernel: kernel, inputs: own, outputs: results)
            if isFixed {
                for (slot, value) in zip(results, try step.run(context.constants, &folded)) { constants[slot] = value }
                try requireHeld(folded, probes)
                continue
            }
            for probe in probes.indices { try probes[probe].run(step, constants) }
            try requireHeld(folded, probes)
            var isNeeded = false
            for slot in results {
                if makesCounts, let one = probes[0].values[slot], let other = probes[1].values[slot], one.isSame(other) {
                    // Of the rows' number itself there would be another one.
                    constants[slot] = one
                    for probe in probes.indices { probes[probe].values[slot] = nil }
                    continue
                }
                isNeeded = true
                makers[slot] = steps.count
                if makesCounts { counts.insert(slot) } else { try ONNXProbe.requireRowsApart(probes, slot, step) }
            }
            if isNeeded { steps.append(step) }
        }
        work = max(1, probes[0].work.spent / 2)
        let rows = probes[0].values.filter { !counts.contains($0.key) && !probes[0].turned.contains($0.key) }
        shapesOfRows = rows.mapValues { Array($0.shape.dropFirst()) }
        kinds = rows.mapValues { ONNXTensor([0], $0.emptyValues).values }
        self.counts = counts
    }

    private func requireHeld(_ folded: ONNXWork, _ probes: [ONNXProbe]) throws(AssayError) {
        guard probes.reduce(folded.held, { $0 + $1.work.held }) <= Self.heldLimit else {
            throw AssayError(.limitExceeded, "\(file) keeps more than \(Self.heldLimit >> 20) MiB of values, which is more than is kept here")
        }
    }

    /// Slots that say how many rows there are.
    private(set) var counts: Set<Int> = []

    /// Elements and products that a row costs.
    private(set) var work = 1
    /// What a row holds, by slot.
    private(set) var shapesOfRows: [Int: [Int]] = [:]

    private var kinds: [Int: ONNXTensor.Values] = [:]

    /// An empty list of the type of a slot's values.
    func kind(of slot: Int) -> ONNXTensor.Values? { kinds[slot] }

    private static func kernel(_ context: inout ONNXContext, features: Int) throws(AssayError) -> ONNXKernel {
        let node = context.node
        guard node.domain.isEmpty || node.domain == "ai.onnx.ml" else {
            throw node.unsupported("is of a domain that is not read (operator set \(context.opset))")
        }
        var kernel: ONNXKernel?
        if node.domain.isEmpty {
            if node.type == "Constant" { return try constant(&context) }
            kernel = try ONNXElementwise.kernel(context)
            if kernel == nil { kernel = try ONNXMovement.kernel(context) }
            if kernel == nil { kernel = try ONNXDense.kernel(context) }
        } else if node.type == "ZipMap" {
            // The same numbers under their classes' names.
            try context.requireInputs(1...1)
            kernel = ONNXKernel(.movement) { (inputs, _) throws(AssayError) in
                guard let input = inputs[0] else { throw node.wrongType(nil) }
                return [input]
            }
        } else {
            kernel = try ONNXClassic.kernel(&context)
            if kernel == nil { kernel = try ONNXTrees.kernel(&context, features: features) }
            if kernel == nil { kernel = try ONNXLinear.kernel(&context) }
        }
        guard let kernel else { throw node.unsupported("is not read (operator set \(context.opset))") }
        return kernel
    }

    private static func constant(_ context: inout ONNXContext) throws(AssayError) -> ONNXKernel {
        let node = context.node
        var value = try node.tensor("value")
        if let number = try node.float("value_float") { value = ONNXTensor([], .floats([number])) }
        if let number = try node.integer("value_int") { value = ONNXTensor([], .integers([number])) }
        if node.has("value_floats") { value = ONNXTensor([try node.floats("value_floats").count], .floats(try node.floats("value_floats"))) }
        if node.has("value_ints") { value = ONNXTensor([try node.integers("value_ints").count], .integers(try node.integers("value_ints"))) }
        if let text = try node.text("value_string") { value = ONNXTensor([], .words([context.words.place(of: text)])) }
        if node.has("value_strings") {
            let texts = try node.texts("value_strings")
            value = ONNXTensor([texts.count], .words(texts.map { context.words.place(of: $0) }))
        }
        guard let value else { throw node.unsupported("has no value that is read") }
        return ONNXKernel(.mixed) { (_, _) throws(AssayError) in [value] }
    }

    // MARK: Running

    /// The values of some slots for rows of inputs.
    ///
    /// - Parameter inputs: in the graph's order.
    /// - Parameter last: the last step that is needed.
    /// - Parameter isTried: whether the rows are samples.
    func run(_ inputs: [ONNXTensor], wanted: [Int], last: Int? = nil, isTried: Bool = false) throws(AssayError) -> [ONNXTensor] {
        let rows = inputs.first?.rowCount ?? 0
        var values = constants
        for (slot, tensor) in zip(self.inputs, inputs) { values[slot] = tensor }
        var budget = ONNXWork(file: file, limit: (Self.rowWork + 1).multipliedReportingOverflow(by: rows + 2).partialValue, isProbe: isTried)
        for step in steps[0..<min(steps.count, (last ?? steps.count - 1) + 1)] {
            let results = try step.run(step.inputs.map { $0 < 0 ? nil : values[$0] }, &budget)
            for (slot, result) in zip(step.outputs, results) { values[slot] = result }
        }
        return try wanted.map { (slot) throws(AssayError) in
            guard let value = values[slot] else { throw AssayError(.internalFault, "a value of \(file) was not made") }
            return value
        }
    }

    /// The same rows drawn each time, together and each alone.
    ///
    /// - Throws: `.unsupported` where a row has another answer alone than in a table.
    func requireSameAlone(_ wanted: [Int]) throws(AssayError) {
        let rows = work > 1 << 24 ? 2 : 4
        var random: UInt64 = 1
        let inputs = shapes.map { $0.draw(rows: rows, &random, words: words.texts.count) }
        // Rows that the model refuses say nothing.
        guard let whole = try? run(inputs, wanted: wanted, isTried: true) else { return }
        for row in 0..<rows {
            let alone = try? run(inputs.map { $0.row(row) }, wanted: wanted, isTried: true)
            guard let alone, zip(whole, alone).allSatisfy({ $0.rowCount == rows && $1.rowCount == 1 && $0.row(row).isSame($1) }) else {
                throw ONNXMixing.refusal("\(file) answers otherwise for a row alone than for the same row in a table")
            }
        }
    }

    // MARK: Where values come from

    /// For each element of a row's value the input column that it is made from: -1 for none, -2 for several.
    func origins(of slot: Int) -> [Int] {
        var origins: [Int: ONNXTensor] = [:]
        var start = 0
        for (place, input) in inputs.enumerated() {
            let width = shapes[place].width
            // Two rows, which are alike.
            let ids = (0..<(2 * width)).map { Int64(start + $0 % max(width, 1)) }
            origins[input] = ONNXTensor(shapes[place].isList ? [2] : [2, width], .integers(ids))
            start += width
        }
        for step in steps {
            for (slot, tensor) in zip(step.outputs, ONNXOrigins.after(step, origins, constants, shapesOfRows)) { origins[slot] = tensor }
            if step.outputs.contains(slot) { break }
        }
        guard let ids = origins[slot]?.integers else { return [] }
        return ids.prefix(ids.count / 2).map { Int($0) }
    }
}
