import AssayTerms

/// How many rows there are, as a graph may come to know it: `Shape` of a value with rows, and what is picked out of that.
///
/// Such a value is a list of whole numbers of which each is the rows' number or the same for all rows, since nothing is computed with them. They may say
/// which shape a value has. Anything else would give a row other answers in another table.
enum ONNXCounts {
    /// Operators that move elements, by their first input.
    private static let moving: Set<String> = ["Identity", "Gather", "Slice", "Squeeze", "Unsqueeze", "Split", "Reshape"]

    /// Whether a node's results say how many rows there are.
    ///
    /// - Throws: `.unsupported` where such a value is used for something else than shapes.
    static func makesCounts(_ context: ONNXContext) throws(AssayError) -> Bool {
        let node = context.node
        let places = context.isCount.indices.filter { context.isCount[$0] }
        if node.domain.isEmpty {
            if node.type == "Shape" { return true }
            if places.isEmpty { return false }
            let others = context.isRow.contains(true)
            switch node.type {
            case "Concat" where !others: return true
            case "Cast" where [6, 7].contains(try node.integer("to") ?? 0): return true
            case _ where moving.contains(node.type) && places == [0] && !others: return true
            case "Reshape" where places == [1], "Expand" where places == [1], "ConstantOfShape" where places == [0]: return false
            default: break
            }
        }
        guard places.isEmpty else { throw node.mixesRows("is given how many rows there are, for something else than a shape") }
        return false
    }
}

/// Why a graph is refused that may give one row different answers alone and in a table.
package struct ONNXMixing: Error {
    /// Whether it does. Then no other library is asked for it, since it would give them; else each row is asked alone.
    package let isCertain: Bool

    static func refusal(_ message: String, isCertain: Bool = true) -> AssayError {
        let asked = isCertain ? ", and ONNX Runtime is not asked, which would score it so" : "; ONNX Runtime's library is asked row by row"
        return AssayError(
            .unsupported, "\(message); a model that does not take each row by itself is not read\(asked)", cause: ONNXMixing(isCertain: isCertain))
    }
}

extension ONNXNode {
    /// Several rows at once.
    func mixesRows(_ why: String) -> AssayError { ONNXMixing.refusal("\(file): \(label) \(why)") }

    /// Rows along another axis than the first, with which the graph may do anything.
    func movesRows(_ why: String) -> AssayError { ONNXMixing.refusal("\(file): \(label) \(why)", isCertain: false) }
}
