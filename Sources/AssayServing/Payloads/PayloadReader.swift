import AssayJSON
import AssayTerms

/// Reads the JSON payloads of MLflow's scoring protocol, and `{"data": [[…]]}`.
///
/// Exactly one of `dataframe_split`, `dataframe_records`, `instances` and `inputs` must stand in the object; unless MLflow's
/// own errors are asked for, `data` (a list of rows) is a fifth. `NaN`, which Python's JSON writer puts for a missing
/// number, is read as null.
///
/// - Source: MLflow 3.17, `scoring_server.infer_and_parse_data`, `proto_json_utils.dataframe_from_parsed_json` and
///   `parse_tf_serving_input`.
struct PayloadReader {
    let isStrict: Bool
    /// Names of the signature's columns; a one-column signature takes a plain list as that column.
    let signatureNames: [Text]?

    private static let forms = ["dataframe_split", "dataframe_records", "instances", "inputs"]
    static let required =
        "The input must be a JSON dictionary with exactly one of the input fields {'dataframe_split', "
        + "'dataframe_records', 'instances', 'inputs'}"

    struct Request {
        let table: PayloadTable
        let parameters: JSONValue?
    }

    func read(_ body: [UInt8]) throws(ServingFailure) -> Request {
        guard let object = try Self.json(body).object else {
            throw .badRequest("Invalid input. \(Self.required). Received something else than a dictionary.")
        }
        let forms = isStrict ? Self.forms : Self.forms + ["data"]
        let present = forms.filter { object[$0] != nil }
        guard present.count == 1, let value = object[present[0]] else {
            let list = present.map { "'\($0)'" }.joined(separator: ", ")
            throw .badRequest("\(Self.required). Received dictionary with input fields: [\(list)].")
        }
        let table =
            switch present[0] {
            case "dataframe_split": try split(value)
            case "dataframe_records": try records(value)
            default: try tensor(value)
            }
        return Request(table: table, parameters: object["params"])
    }

    static func json(_ body: [UInt8]) throws(ServingFailure) -> JSONValue {
        do {
            return try JSONValue(parsing: withNullForNaN(body))
        } catch {
            throw .badRequest("Invalid input. Ensure that input is a valid JSON formatted string. Error: '\(error.text(in: body))'")
        }
    }

    // MARK: Forms

    private func split(_ value: JSONValue) throws(ServingFailure) -> PayloadTable {
        guard let object = value.object else {
            throw .badRequest("Invalid input. Dataframe split format must be a dictionary. Got \(Self.kind(value)).")
        }
        let keys = object.members.map(\.name)
        guard let data = object["data"], keys.allSatisfy({ ["columns", "data", "index"].contains($0) }) else {
            throw .badRequest(
                "Invalid input. Dataframe split format must have 'data' field and optionally 'columns' and 'index' "
                    + "fields. Got {\(keys.prefix(20).map { "'\($0.prefix(50))'" }.joined(separator: ", "))}.")
        }
        func broken(_ why: String) -> ServingFailure {
            .badRequest(
                "Invalid input. Provided dataframe_split field is not a valid dataframe representation in 'split' "
                    + "format. Error: '\(why)'")
        }
        guard let list = data.array else { throw broken("data is not a list of rows") }
        var names: [Text]?
        var width: Int?
        if let columns = object["columns"], !columns.isNull {
            guard let list = columns.array else { throw broken("columns is not a list of names") }
            width = list.count
            // Numbers are pandas' names for columns without one.
            let texts = list.compactMap(\.string)
            if texts.count == list.count { names = texts.map { Text($0) } }
        }
        if let names, Set(names).count != names.count { throw broken("a column name stands twice") }
        let table = try rows(list, names: names, width: width) { broken($0) }
        if let index = object["index"]?.array, index.count != table.rowCount {
            throw broken("index has \(index.count) entries for \(table.rowCount) rows")
        }
        return table
    }

    private func records(_ value: JSONValue) throws(ServingFailure) -> PayloadTable {
        guard let list = value.array else {
            throw .badRequest(
                "Invalid input. Dataframe records format must be a list of records. Got \(Self.kind(value)).")
        }
        guard list.allSatisfy({ $0.object != nil }) else {
            if let first = list.first, first.array != nil {
                return try rows(list, names: nil, width: nil) {
                    .badRequest("Invalid input. Provided dataframe_records field is not a valid dataframe representation. Error: '\($0)'")
                }
            }
            throw .badRequest(
                "Invalid input. Provided dataframe_records field is not a valid dataframe representation in 'records' "
                    + "format. Error: 'a record is not a dictionary'")
        }
        return try Self.table(records: list)
    }

    /// `instances`, `inputs` and `data`: rows, records, a dictionary of columns, or a list for a single column.
    private func tensor(_ value: JSONValue) throws(ServingFailure) -> PayloadTable {
        func broken(_ why: String) -> ServingFailure { .badRequest("Invalid input. \(why)") }
        if let object = value.object { return try columns(object) }
        guard let list = value.array else { throw broken("The input is neither a list nor a dictionary.") }
        guard let first = list.first else { return PayloadTable(names: nil, columns: [], rowCount: 0) }
        if first.object != nil {
            guard list.allSatisfy({ $0.object != nil }) else { throw broken("Some rows are dictionaries and some are not.") }
            return try Self.table(records: list)
        }
        if first.array != nil { return try rows(list, names: nil, width: nil) { broken($0) } }
        guard list.allSatisfy({ $0.array == nil && $0.object == nil }) else {
            throw broken("The rows do not all have the same shape.")
        }
        // A plain list is the one column of a signature with one column.
        return PayloadTable(
            names: signatureNames?.count == 1 ? signatureNames : nil, columns: [list], rowCount: list.count)
    }

    private func columns(_ object: JSONObject) throws(ServingFailure) -> PayloadTable {
        let names = object.members.map { Text($0.name) }
        // Single values are one row.
        if object.members.allSatisfy({ $0.value.array == nil }) {
            return PayloadTable(names: names, columns: object.members.map { [$0.value] }, rowCount: object.isEmpty ? 0 : 1)
        }
        var columns: [[JSONValue]] = []
        for member in object.members {
            guard let list = member.value.array else {
                throw .badRequest("Invalid input. Some columns are lists and some are single values.")
            }
            // A column may come as a matrix of one column.
            if !list.isEmpty, list.allSatisfy({ $0.array?.count == 1 }) {
                columns.append(list.map { $0.array?[0] ?? .null })
            } else {
                columns.append(list)
            }
        }
        guard Set(columns.map(\.count)).count <= 1 else {
            throw .badRequest("Invalid input. The length of values for each input/column name are not the same")
        }
        return PayloadTable(names: names, columns: columns, rowCount: columns.first?.count ?? 0)
    }

    // MARK: Turning rows to columns

    private func rows(
        _ list: [JSONValue], names: [Text]?, width stated: Int?, broken: (String) -> ServingFailure
    ) throws(ServingFailure) -> PayloadTable {
        var width = stated
        var columns: [[JSONValue]] = []
        for (index, row) in list.enumerated() {
            // pandas takes a plain value as a row of one.
            let cells = row.array ?? (row.object == nil ? [row] : nil)
            guard let cells else { throw broken("row \(index) is neither a list nor a value") }
            if let width, cells.count != width {
                throw broken(
                    stated == nil
                        ? "row \(index) has \(cells.count) values where the rows before it have \(width)"
                        : "\(width) columns passed, passed data had \(cells.count) columns")
            }
            if columns.isEmpty {
                width = cells.count
                columns = cells.map { [$0] }
            } else {
                for (column, cell) in cells.enumerated() { columns[column].append(cell) }
            }
        }
        if columns.isEmpty { columns = [[JSONValue]](repeating: [], count: width ?? 0) }
        return PayloadTable(names: names, columns: columns, rowCount: list.count)
    }

    /// Records with the union of their keys in order of first appearance; what a record lacks is null.
    ///
    /// - Throws: `badRequest` where records share so few keys that filling the gaps would take far more memory than they do.
    private static func table(records: [JSONValue]) throws(ServingFailure) -> PayloadTable {
        var places: [Text: Int] = [:]
        var given = 0
        var names: [Text] = []
        var columns: [[JSONValue]] = []
        for (row, record) in records.enumerated() {
            for member in record.object?.members ?? [] {
                given += 1
                let name = Text(member.name)
                let place: Int
                if let known = places[name] {
                    place = known
                } else {
                    place = names.count
                    guard isDense(place + 1, row, given) else { throw sparse(place + 1, row, given) }
                    places[name] = place
                    names.append(name)
                    columns.append([JSONValue](repeating: .null, count: row))
                }
                columns[place].append(member.value)
            }
            guard isDense(names.count, row, given) else { throw sparse(names.count, row, given) }
            for place in columns.indices where columns[place].count <= row { columns[place].append(.null) }
        }
        return PayloadTable(names: names, columns: columns, rowCount: records.count)
    }

    private static func isDense(_ columns: Int, _ row: Int, _ given: Int) -> Bool { columns * (row + 1) <= 1_000_000 + 16 * given }

    private static func sparse(_ columns: Int, _ row: Int, _ given: Int) -> ServingFailure {
        .badRequest("The records name \(columns) different columns in \(row + 1) rows and hold \(given) values. Send records of the same columns.")
    }

    private static func kind(_ value: JSONValue) -> String {
        switch value {
        case .object: "dictionary"
        case .array: "list"
        default: value.kind
        }
    }

    /// Replaces `NaN` outside strings by `null`.
    private static func withNullForNaN(_ body: [UInt8]) -> [UInt8] {
        let word = Array("NaN".utf8)
        guard body.contains(word[0]) else { return body }
        var out: [UInt8] = []
        out.reserveCapacity(body.count + 64)
        var isInString = false
        var index = 0
        while index < body.count {
            let byte = body[index]
            if isInString, byte == UInt8(ascii: "\\"), index + 1 < body.count {
                out.append(byte)
                out.append(body[index + 1])
                index += 2
                continue
            }
            if byte == UInt8(ascii: "\"") { isInString.toggle() }
            if !isInString, byte == word[0], body[index...].starts(with: word) {
                out.append(contentsOf: "null".utf8)
                index += 3
                continue
            }
            out.append(byte)
            index += 1
        }
        return out
    }
}
