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
        let isNeeded = graph.neededSteps
        var values: [Values?] = []
        values.reserveCapacity(graph.steps.count)
        var answers = [Scores?](repeating: nil, count: graph.models.count)
        for index in graph.steps.indices {
            guard isNeeded[index] else {
                values.append(nil)
                continue
            }
            if let numbers = Self.untouched(graph.steps[index], columns) {
                values.append(.numbers(numbers))
                continue
            }
            func evaluator() -> StepEvaluator {
                StepEvaluator(name: graph.inputs[graph.origins[index]], column: columns[graph.origins[index]], rowCount: rowCount)
            }
            switch graph.steps[index] {
            case .number(let source):
                values.append(.numbers(try evaluator().numbers(source, values)))
            case .flag(let source, let cell):
                values.append(.numbers(try evaluator().flags(source, equals: cell, values)))
            case .category(let source, let table):
                values.append(.codes(try evaluator().codes(source, table, values)))
            case .coded(let source, let table, let numbersAreCodes):
                values.append(.numbers(try evaluator().coded(source, table, numbersAreCodes: numbersAreCodes, values)))
            case .scaled(let step, let subtracted, let divisor, let factor):
                var numbers = Self.numbers(values[step])
                if let subtracted { for row in numbers.indices { numbers[row] -= subtracted } }
                if let divisor { for row in numbers.indices { numbers[row] /= divisor } }
                if let factor { for row in numbers.indices { numbers[row] *= factor } }
                values.append(.numbers(numbers))
            case .output(let model, let output):
                if answers[model] == nil {
                    let own = graph.models[model]
                    answers[model] = try own.head.scores(GraphValues(rowCount: rowCount, steps: values), graph: graph.with(features: own.features))
                }
                guard let found = answers[model] else { preconditionFailure("a model has no answer") }
                values.append(.numbers(found.numbers(output)))
            case .numbered(let step, let table, let other):
                guard case .codes(let codes)? = values[step] else { preconditionFailure("a table stands over a step without codes") }
                values.append(.numbers(codes.map { table.indices.contains(Int($0)) ? table[Int($0)] : other }))
            case .indicator(let step, let code):
                guard case .codes(let codes)? = values[step] else {
                    preconditionFailure("an indicator stands over a step without codes")
                }
                values.append(.numbers(codes.map { $0 == code ? 1 : 0 }))
            case .mapped(let step, let map):
                values.append(.numbers(try map.applied(to: Self.numbers(values[step]), column: graph.inputs[graph.origins[index]])))
            case .constant(let value):
                values.append(.numbers([Double](repeating: value, count: rowCount)))
            case .combined(let steps, let weights, let constant):
                values.append(.numbers(Self.combined(steps.map { Self.numbers(values[$0]) }, weights, constant, rowCount)))
            case .product(let steps):
                var product = Self.numbers(values[steps[0]])
                for step in steps.dropFirst() {
                    let other = Self.numbers(values[step])
                    for row in product.indices { product[row] *= other[row] }
                }
                values.append(.numbers(product))
            case .norm(let steps, let norm):
                values.append(.numbers(Self.norms(steps.map { Self.numbers(values[$0]) }, norm, rowCount)))
            case .quotient(let step, let divisor):
                let divisors = Self.numbers(values[divisor])
                var numbers = Self.numbers(values[step])
                for row in numbers.indices where divisors[row] != 0 { numbers[row] /= divisors[row] }
                values.append(.numbers(numbers))
            }
        }
        steps = values
    }

    /// Values of the steps so far, for a model within.
    private init(rowCount: Int, steps: [Values?]) {
        self.rowCount = rowCount
        self.steps = steps
    }

    /// A column's own numbers, where they are taken as they are: most columns of most models, and no copy of them.
    private static func untouched(_ step: Graph.Step, _ columns: [Column?]) -> [Double]? {
        guard case .number(let source) = step, case .input(let input) = source.base, source.treatments.allSatisfy({ $0 == .takeInfinite }),
            let column = columns[input], column.validity == nil, case .double(let numbers) = column.values,
            !source.treatments.isEmpty || !numbers.contains(where: \.isInfinite)
        else { return nil }
        return numbers
    }

    private static func combined(_ columns: [[Double]], _ weights: [Double], _ constant: Double, _ rowCount: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: rowCount)
        for (column, weight) in zip(columns, weights) {
            for row in sums.indices { sums[row] += weight * column[row] }
        }
        for row in sums.indices { sums[row] += constant }
        return sums
    }

    private static func norms(_ columns: [[Double]], _ norm: Graph.Norm, _ rowCount: Int) -> [Double] {
        var norms = [Double](repeating: 0, count: rowCount)
        for column in columns {
            for row in norms.indices {
                switch norm {
                case .l1: norms[row] += column[row].magnitude
                case .l2: norms[row] += column[row] * column[row]
                case .max: norms[row] = Swift.max(norms[row], column[row].magnitude)
                }
            }
        }
        return norm == .l2 ? norms.map { $0.squareRoot() } : norms
    }

    static func numbers(_ values: Values?) -> [Double] {
        guard case .numbers(let numbers)? = values else {
            preconditionFailure("numbers are asked of a step without numbers")
        }
        return numbers
    }
}
