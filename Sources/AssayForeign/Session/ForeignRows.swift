import AssayColumns
import AssayJSON
import AssayModels
import AssayTerms

/// Rows on their way to a model's process: a description of the columns, and their values as `.npy` one after another.
struct ForeignRows {
    let header: JSONValue
    let payload: [UInt8]

    /// - Parameters:
    ///   - types: what the model's signature says of the columns, by name.
    ///   - number: of the request; the answer repeats it.
    ///   - parameters: of the request, for MLflow's `predict`.
    ///   - isPositional: whether the model is given an array instead of named columns.
    init(
        _ block: RowBlock, types: [Text: ModelSignature.DataType], number: Int64 = 0, parameters: JSONValue? = nil,
        isPositional: Bool = false
    ) throws(AssayError) {
        var payload: [UInt8] = []
        var columns: [JSONValue] = []
        for column in block.columns {
            let column = try types[column.name]?.fitting(column) ?? column
            let (kind, values, words) = Self.array(column)
            var object: JSONObject = ["name": .string(column.name.string), "kind": .string(kind), "size": .integer(Int64(values.count))]
            payload += values
            object["words"] = words.map { .array($0.map { .string($0.string) }) }
            object["missing"] = 0
            if let validity = column.validity {
                let missing = NumpyWriter.bytes((0..<column.count).map { !validity[$0] })
                object["missing"] = .integer(Int64(missing.count))
                payload += missing
            }
            object["as"] = types[column.name].flatMap { Self.cast($0, column) }.map { .string($0) }
            columns.append(.object(object))
        }
        var header: JSONObject = [
            "do": "score", "number": .integer(number), "rows": .integer(Int64(block.rowCount)), "columns": .array(columns),
        ]
        header["params"] = parameters
        if isPositional { header["positional"] = true }
        self.header = .object(header)
        self.payload = payload
    }

    private static func array(_ column: Column) -> (kind: String, bytes: [UInt8], words: [Text]?) {
        switch column.values {
        case .boolean(let values): return ("boolean", NumpyWriter.bytes(values.map { $0 != 0 }), nil)
        case .int64(let values): return ("number", NumpyWriter.bytes(values), nil)
        case .double(let values): return ("number", NumpyWriter.bytes(values), nil)
        case .timestamp(let values): return ("time", NumpyWriter.bytes(values), nil)
        case .text(let codes, let dictionary):
            // Only the words of these rows; a row without a value has the place behind them, which is none's.
            var places: [Int32: Int32] = [:]
            var words: [Text] = []
            let coded = codes.enumerated().map { row, code -> Int32 in
                guard column.isPresent(row) else { return -1 }
                if let place = places[code] { return place }
                let place = Int32(words.count)
                places[code] = place
                words.append(dictionary[code])
                return place
            }
            return ("text", NumpyWriter.bytes(coded), words)
        }
    }

    /// The exact type that MLflow asks for, where giving it changes no value; a column with missing integers stays as it is, and
    /// MLflow says what it thinks of that.
    private static func cast(_ type: ModelSignature.DataType, _ column: Column) -> String? {
        switch (type, column.values) {
        case (.float, _): "float32"
        case (.double, .int64), (.double, .boolean): "float64"
        case (.integer, .int64), (.integer, .boolean): column.validity == nil ? "int32" : nil
        case (.long, .boolean): column.validity == nil ? "int64" : nil
        case (.boolean, .int64): column.validity == nil ? "bool" : nil
        default: nil
        }
    }
}
