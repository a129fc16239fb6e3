import AssayColumns
import AssayTerms

/// Evaluates one step over the input column it is made from.
struct StepEvaluator {
    let name: Text
    let column: Column?
    let rowCount: Int

    func numbers(_ source: Graph.Source, _ values: [GraphValues.Values?]) throws(AssayError) -> [Double] {
        var numbers = try base(source, values)
        for treatment in source.treatments {
            switch treatment {
            case .refuseMissing:
                let count = numbers.count(where: \.isNaN)
                guard count == 0 else { throw missingRefused(count) }
            case .fill(.missing, let cell):
                let value = try number(cell)
                for row in numbers.indices where numbers[row].isNaN { numbers[row] = value }
            case .fill(let replaced, let cell):
                // A text never equals a number.
                guard let replaced = replaced.double else { continue }
                let value = try number(cell)
                for row in numbers.indices where numbers[row] == replaced { numbers[row] = value }
            case .takeInfinite: continue
            }
        }
        return numbers
    }

    func flags(
        _ source: Graph.Source, equals cell: Cell, _ values: [GraphValues.Values?]
    ) throws(AssayError) -> [Double] {
        try cells(source, values) { $0 == cell ? 1.0 : 0.0 }
    }

    func codes(
        _ source: Graph.Source, _ table: CategoryTable, _ values: [GraphValues.Values?]
    ) throws(AssayError) -> [Int32] {
        try cells(source, values) { table.code(of: $0) }
    }

    func coded(
        _ source: Graph.Source, _ table: CategoryTable, numbersAreCodes: Bool, _ values: [GraphValues.Values?]
    ) throws(AssayError) -> [Double] {
        var isText = false
        if case .input = source.base, case .text = try present().values { isText = true }
        if numbersAreCodes, !isText { return try numbers(source, values) }
        return try cells(source, values) { cell in
            if cell == .missing { return .nan }
            return table.code(of: cell).map { $0 == CategoryTable.none ? .nan : Double($0) }
        }
    }

    // MARK: Reading the source

    private func present() throws(AssayError) -> Column {
        guard let column else {
            throw AssayError(.invalidArgument, "the model's input column '\(name)' is missing from the data")
        }
        return column
    }

    private func number(_ cell: Cell) throws(AssayError) -> Double {
        guard let value = cell.double else {
            throw AssayError(.unsupported, "column '\(name)': the model fills numbers with text")
        }
        return value
    }

    /// The base's values as numbers, NaN where missing.
    private func base(_ source: Graph.Source, _ values: [GraphValues.Values?]) throws(AssayError) -> [Double] {
        if case .step(let step) = source.base { return GraphValues.numbers(values[step]) }
        let column = try present()
        var numbers: [Double]
        switch column.values {
        case .boolean(let values): numbers = values.map { $0 == 0 ? 0 : 1 }
        case .int64(let values): numbers = values.map(Double.init)
        case .double(let values): numbers = values
        case .text, .timestamp:
            // A column without any value has no type worth the name.
            guard rowCount == 0 || column.validity?.presentCount == 0 else {
                let kind = column.type == .text ? "text" : "points in time"
                throw AssayError(.invalidArgument, "column '\(name)' holds \(kind) where the model needs numbers")
            }
            return [Double](repeating: .nan, count: rowCount)
        }
        if let validity = column.validity {
            for row in numbers.indices where !validity[row] { numbers[row] = .nan }
        }
        guard source.treatments.contains(.takeInfinite) || !numbers.contains(where: \.isInfinite) else {
            throw AssayError(.invalidArgument, "column '\(name)' holds an infinite number, which the model's library refuses")
        }
        return numbers
    }

    /// Each row's treated cell through `value`, which gives `nil` for a category that is not known.
    /// Distinct texts are looked at once.
    private func cells<Result>(
        _ source: Graph.Source, _ values: [GraphValues.Values?], _ value: (Cell) -> Result?
    ) throws(AssayError) -> [Result] {
        var results: [Result] = []
        results.reserveCapacity(rowCount)
        var missing = 0
        var unknown = 0
        func take(_ outcome: Outcome<Result>) {
            switch outcome {
            case .result(let result): results.append(result)
            case .missingRefused: missing += 1
            case .unknown: unknown += 1
            }
        }
        func outcome(_ cell: Cell) -> Outcome<Result> {
            guard let cell = Self.treated(cell, source.treatments) else { return .missingRefused }
            return value(cell).map { .result($0) } ?? .unknown
        }
        let column: Column? = if case .input = source.base { try present() } else { nil }
        if let column, case .text(let codes, let dictionary) = column.values {
            let texts = dictionary.texts.map { outcome(.text($0)) }
            let absent = outcome(.missing)
            for (row, code) in codes.enumerated() { take(column.isPresent(row) ? texts[Int(code)] : absent) }
        } else if let column, case .int64(let integers) = column.values {
            for (row, integer) in integers.enumerated() {
                take(outcome(column.isPresent(row) ? .integer(integer) : .missing))
            }
        } else {
            for number in try base(source, values) { take(outcome(Cell(number))) }
        }
        guard missing == 0 else { throw missingRefused(missing) }
        guard unknown == 0 else {
            throw AssayError(
                .invalidArgument,
                "column '\(name)' holds a category the model was not fitted on, in \(unknown) of \(rowCount) rows; "
                    + "correct the data, or fit the encoder with handle_unknown='ignore'")
        }
        return results
    }

    private enum Outcome<Result> {
        case result(Result)
        case missingRefused
        case unknown
    }

    /// `nil` where a missing cell is refused.
    private static func treated(_ cell: Cell, _ treatments: [Graph.Source.Treatment]) -> Cell? {
        var cell = cell
        for treatment in treatments {
            switch treatment {
            case .refuseMissing: if cell == .missing { return nil }
            case .fill(let replaced, let value): if cell == replaced { cell = value }
            case .takeInfinite: continue
            }
        }
        return cell
    }

    private func missingRefused(_ count: Int) -> AssayError {
        AssayError(
            .invalidArgument,
            "column '\(name)' has \(count) \(count == 1 ? "row" : "rows") without a value, "
                + "which the model does not accept")
    }
}
