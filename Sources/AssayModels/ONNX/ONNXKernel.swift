import AssayTerms

/// What a node computes, made ready: attributes are read, constants looked at.
struct ONNXKernel: Sendable {
    /// How a node's output elements depend on its input elements.
    enum Flow: Sendable {
        /// Each is made from the elements at its own place; extents of 1 spread.
        case elementwise
        /// Each is an element of the inputs: the same operation on places says which.
        case movement
        /// Each input element becomes this many neighbours.
        case spread(Int)
        /// Anything else.
        case mixed
    }

    typealias Body = @Sendable ([ONNXTensor?], inout ONNXWork) throws(AssayError) -> [ONNXTensor]

    let flow: Flow
    /// A tree ensemble or weighted sum, by which a model may be explained exactly.
    var core: ONNXCore?
    let body: Body

    init(_ flow: Flow, core: ONNXCore? = nil, _ body: @escaping Body) {
        self.flow = flow
        self.core = core
        self.body = body
    }
}

/// What evaluating a graph costs, so that a small file cannot ask for endless work.
struct ONNXWork: Sendable {
    /// Elements of one value.
    static let elementLimit = 1 << 24
    private(set) var spent = 0
    /// Bytes of all values that are kept.
    private(set) var held: Int
    /// Whether the rows are samples, whose values mean nothing.
    let isProbe: Bool
    private let limit: Int
    private let file: String

    /// - Parameter held: bytes that are kept before.
    init(file: String, limit: Int, held: Int = 0, isProbe: Bool = false) {
        self.held = held
        self.isProbe = isProbe
        self.file = file
        self.limit = limit
    }

    /// - Throws: `.limitExceeded` where more is computed than a graph may ask for.
    mutating func spend(_ count: Int) throws(AssayError) {
        let (sum, isOver) = spent.addingReportingOverflow(max(count, 0))
        spent = sum
        guard !isOver, sum <= limit else {
            throw AssayError(.limitExceeded, "\(file) asks for more computing than is done here")
        }
    }

    /// - Throws: `.limitExceeded` where a product is more than a graph may ask for.
    mutating func spend(_ count: Int, times other: Int) throws(AssayError) {
        let (product, isOver) = count.multipliedReportingOverflow(by: other)
        try spend(isOver ? .max : product)
    }

    /// Counts what an operator has made.
    mutating func keep(_ tensor: ONNXTensor) throws(AssayError) {
        guard ONNXTensor.count(tensor.shape) == tensor.count else {
            throw AssayError(.limitExceeded, "\(file) makes a value of shape \(tensor.shape), which is more than is computed here")
        }
        try spend(tensor.count)
        held += tensor.byteCount
    }

    /// Counts the elements of a value that is about to be made.
    mutating func make(_ shape: [Int]) throws(AssayError) -> Int {
        guard let count = ONNXTensor.count(shape), count <= Self.elementLimit else {
            throw AssayError(.limitExceeded, "\(file) makes a value of shape \(shape), which is more than is computed here")
        }
        try spend(count)
        return count
    }
}

/// What an operator is made from: its node, the constants among its inputs, the versions of operator sets.
struct ONNXContext {
    let node: ONNXNode
    /// By input; `nil` where it depends on rows or is left out.
    let constants: [ONNXTensor?]
    let opset: Int64
    var words: ONNXWords
    /// By input: whether it has a value for each row.
    let isRow: [Bool]
    /// By input: whether it says how many rows there are, and nothing of what is in them.
    let isCount: [Bool]

    /// How many inputs are there at least, left out ones not counted from the end.
    func requireInputs(_ range: ClosedRange<Int>) throws(AssayError) {
        guard range.contains(node.inputs.count) else {
            throw node.damaged("has \(node.inputs.count) inputs")
        }
    }

    /// A constant input that decides on shapes.
    func constant(_ place: Int, _ what: String) throws(AssayError) -> ONNXTensor? {
        guard node.inputs.count > place, !node.inputs[place].isEmpty else { return nil }
        guard let constant = constants[place] else { throw node.unsupported("has \(what) that depend on the rows; only constant ones are read") }
        return constant
    }

    /// Whole numbers of an attribute, or of an input in newer versions.
    func integers(_ attribute: String, input place: Int) throws(AssayError) -> [Int]? {
        if node.has(attribute) { return try node.integers(attribute).map { Int(clamping: $0) } }
        guard let tensor = try constant(place, attribute) else { return nil }
        guard let numbers = tensor.integers else { throw node.damaged("has \(attribute) that are no whole numbers") }
        return numbers.map { Int(clamping: $0) }
    }

    func axis(_ axis: Int, rank: Int) throws(AssayError) -> Int {
        let place = axis < 0 ? axis + rank : axis
        guard (0..<max(rank, 1)).contains(place) else { throw node.damaged("names axis \(axis) of \(rank)") }
        return place
    }
}

extension [ONNXTensor?] {
    /// An input that may be left out.
    func optional(_ place: Int) -> ONNXTensor? { indices.contains(place) ? self[place] : nil }
}

extension ONNXNode {
    func wrongType(_ tensor: ONNXTensor?) -> AssayError {
        unsupported("is given \(tensor?.typeName ?? "nothing"), which is not read")
    }
}
