import AssayColumns
import AssayJSON
import AssayModels
import AssayServing
import AssayTerms

/// Rows as an upstream takes them, and its answers as predictions.
enum UpstreamRows {
    private static let answerLimit = 64 << 20

    /// - Throws: `invalidArgument` for rows that the protocol has no form for.
    static func body(_ block: RowBlock, _ parameters: JSONValue?, _ form: ServingUpstream.Form) throws(AssayError) -> [UInt8] {
        switch form {
        case .mlflow:
            let rows = (0..<block.rowCount).map { row in JSONValue.array(block.columns.map { cell($0, row) }) }
            var object: JSONObject = [
                "dataframe_split": ["columns": .array(block.columns.map { .string($0.name.string) }), "data": .array(rows)]
            ]
            object["params"] = parameters
            return JSONValue.object(object).bytes()
        case .v2:
            guard parameters == nil else { throw AssayError(.invalidArgument, "the model's upstream takes no params: the Open Inference Protocol has none of MLflow's") }
            var inputs: [JSONValue] = []
            for column in block.columns { inputs.append(try tensor(column, rows: block.rowCount)) }
            return JSONValue.object(["inputs": .array(inputs)]).bytes()
        }
    }

    /// What is missing, and what JSON has no number for, is null.
    private static func cell(_ column: Column, _ row: Int) -> JSONValue {
        let value = column.json(row)
        if case .number(let number) = value, !number.isFinite { return .null }
        return value
    }

    private static func tensor(_ column: Column, rows: Int) throws(AssayError) -> JSONValue {
        let values = (0..<rows).map { cell(column, $0) }
        guard !values.contains(.null) else {
            throw AssayError(.invalidArgument, "the column '\(column.name)' has missing values, and the model's upstream, which is asked by the Open Inference Protocol, takes none")
        }
        let type =
            switch column.values {
            case .boolean: "BOOL"
            case .int64: "INT64"
            case .double: "FP64"
            case .text, .timestamp: "BYTES"
            }
        return ["name": .string(column.name.string), "shape": [.integer(Int64(rows)), 1], "datatype": .string(type), "data": .array(values)]
    }

    /// - Throws: `unreadable` with ``ModelOutage`` for an answer that cannot be used.
    static func predictions(_ bytes: [UInt8], rows: Int, _ form: ServingUpstream.Form) throws(AssayError) -> Predictions {
        guard let answer = try? JSONValue(parsing: bytes, limits: JSONLimits(bytes: answerLimit)) else { throw refusal("it is no JSON") }
        let list: [JSONValue]?
        switch form {
        case .mlflow: list = answer["predictions"]?.array
        case .v2:
            let outputs = answer["outputs"]?.array ?? []
            list = (outputs.first { $0["name"]?.string == "predict" } ?? outputs.first)?["data"]?.array
        }
        guard let list else { throw refusal(form == .mlflow ? "it has no 'predictions'" : "it has no outputs with data") }
        guard list.count == rows else { throw refusal("it has \(list.count) predictions for \(rows) rows") }
        // One column as a table of one, in either of its forms, is one prediction a row.
        var record: Text?
        var values: [JSONValue] = []
        for value in list {
            if let inner = value.array, inner.count == 1 {
                values.append(inner[0])
            } else if let members = value.object?.members, members.count == 1, record == nil || record == Text(members[0].name) {
                record = Text(members[0].name)
                values.append(members[0].value)
            } else {
                values.append(value)
            }
        }
        return Predictions(values: try column(values), probabilities: nil, record: record)
    }

    private static func column(_ values: [JSONValue]) throws(AssayError) -> Column {
        let whole = values.compactMap { value -> Int64? in if case .integer(let number) = value { number } else { nil } }
        if whole.count == values.count { return Column(name: "prediction", values: .int64(whole)) }
        let numbers = values.compactMap { $0.number }.filter(\.isFinite)
        if numbers.count == values.count { return Column(name: "prediction", values: .double(numbers)) }
        let truths = values.compactMap(\.bool)
        if truths.count == values.count { return Column(name: "prediction", values: .boolean(truths.map { $0 ? 1 : 0 })) }
        let texts = values.compactMap(\.string)
        guard texts.count == values.count else { throw refusal("its predictions are not one number, label or truth value a row") }
        let dictionary = TextDictionary()
        return Column(name: "prediction", values: .text(codes: texts.map { dictionary.code(for: Text($0)) }, dictionary: dictionary))
    }

    static func refusal(_ why: String) -> AssayError {
        AssayError(.unreadable, "the answer of the model's upstream cannot be used: \(why)", cause: ModelOutage(.unusable))
    }
}
