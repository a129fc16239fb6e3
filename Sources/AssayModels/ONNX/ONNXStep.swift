import AssayTerms

extension ONNXProgram {
    /// One operator with the slots that it reads and fills.
    struct Step: Sendable {
        let node: ONNXNode
        let kernel: ONNXKernel
        /// Slots; -1 for an input that is left out.
        let inputs: [Int]
        let outputs: [Int]

        /// What the operator makes, counted against what a graph may ask for.
        func run(_ inputs: [ONNXTensor?], _ work: inout ONNXWork) throws(AssayError) -> [ONNXTensor] {
            var results = try kernel.body(inputs, &work)
            guard results.count >= outputs.count else { throw node.damaged("has \(outputs.count) outputs where it makes \(results.count)") }
            for place in results.indices {
                try ONNXIntegers.settle(&results[place], inputs, node)
                try work.keep(results[place])
            }
            return results
        }
    }
}
