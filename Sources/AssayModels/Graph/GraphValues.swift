package import AssayColumns
package import AssayTerms

/// The values of a graph's steps for one block of rows.
package struct GraphValues: Sendable {
    package enum Values: Sendable {
        case numbers([Double])
        case codes([Int32])
    }

    package let rowCount: Int
    /// `nil` for steps no feature needs.
    package let steps: [Values?]

    /// Evaluates every step some feature needs.
    ///
    /// `columns` holds the graph's inputs in order; an input that no feature needs may be `nil`.
    /// - Throws: `.invalidArgument` naming the column where a number is infinite, text stands where a number is
    ///   needed, a category is not known, or a missing value is not accepted. No value of a row is in the message.
    /// - Complexity: O(steps × rows).
    package init(_ graph: Graph, columns: [Column?], rowCount: Int) throws(AssayError) {
        self.rowCount = rowCount
        var isNeeded = [Bool](repeating: false, count: graph.steps.count)
        for feature in graph.features { isNeeded[feature.step] = true }
        for index in graph.steps.indices.reversed() where isNeeded[index] {
            switch graph.steps[index] {
            case .number(let source), .flag(let source, _), .category(let source, _):
                if case .step(let step) = source.base { isNeeded[step] = true }
            case .scaled(let step, _, _, _), .indicator(let step, _): isNeeded[step] = true
            }
        }
        var values: [Values?] = []
        values.reserveCapacity(graph.steps.count)
        for index in graph.steps.indices {
            guard isNeeded[index] else {
                values.append(nil)
                continue
            }
            let evaluator = StepEvaluator(
                name: graph.inputs[graph.origins[index]], column: columns[graph.origins[index]], rowCount: rowCount)
            switch graph.steps[index] {
            case .number(let source):
                values.append(.numbers(try evaluator.numbers(source, values)))
            case .flag(let source, let cell):
                values.append(.numbers(try evaluator.flags(source, equals: cell, values)))
            case .category(let source, let table):
                values.append(.codes(try evaluator.codes(source, table, values)))
            case .scaled(let step, let subtracted, let divisor, let factor):
                var numbers = Self.numbers(values[step])
                if let subtracted { for row in numbers.indices { numbers[row] -= subtracted } }
                if let divisor { for row in numbers.indices { numbers[row] /= divisor } }
                if let factor { for row in numbers.indices { numbers[row] *= factor } }
                values.append(.numbers(numbers))
            case .indicator(let step, let code):
                guard case .codes(let codes)? = values[step] else {
                    preconditionFailure("an indicator stands over a step without codes")
                }
                values.append(.numbers(codes.map { $0 == code ? 1 : 0 }))
            }
        }
        steps = values
    }

    static func numbers(_ values: Values?) -> [Double] {
        guard case .numbers(let numbers)? = values else {
            preconditionFailure("numbers are asked of a step without numbers")
        }
        return numbers
    }
}
