import AssayColumns
import AssayJSON
import AssayModels
import AssayTerms

/// Gives a payload the names and types of the model's signature, by MLflow's rules for JSON.
///
/// Casts: any number, boolean or numeric text to `double` and `float` (rounded to 32 bits); whole numbers, booleans and
/// whole numeric text to `long` and `integer`; null to a missing value, except for `long` and `integer`, which cannot
/// hold one. Missing columns are named, surplus ones ignored.
///
/// Kept differences: a cast that would change the value is refused, where MLflow cuts 1.5 to 1 for a `long`, takes any text
/// as true for a `boolean`, makes a null boolean false, and lets numbers stand in `string` columns. Rows without
/// names whose width is the signature's bind by position, unless MLflow's own errors are asked for. No value of a row is
/// in a message.
///
/// - Source: MLflow 3.17, `proto_json_utils.cast_df_types_according_to_schema`, `models/utils._enforce_schema`.
struct InputBinder {
    let form: ModelForm
    let isStrict: Bool

    func bind(_ table: PayloadTable) throws(ServingFailure) -> RowBlock {
        switch form.signature?.inputs {
        case .columns(let specs):
            if form.signature?.inputs?.columnNames != nil { return try bindNamed(table, specs) }
            return try bindUnnamed(table, types: specs.map(\.type))
        case .tensors(let specs):
            guard specs.count == 1, specs[0].name == nil else {
                throw .schema("The model's signature asks for named tensors, which this model cannot be given.")
            }
            let type = try tensorType(specs[0].type)
            let width = specs[0].shape.count == 2 ? specs[0].shape[1] : -1
            guard specs[0].shape.count == 2, width == -1 || width == table.columns.count || table.rowCount == 0 else {
                throw .schema(
                    "Failed to enforce schema. Error: Shape of input (\(table.rowCount), \(table.columns.count)) does not "
                        + "match expected shape (\(specs[0].shape.map(String.init).joined(separator: ", "))).")
            }
            return try bindUnnamed(table, types: [ModelSignature.DataType?](repeating: type, count: form.inputs.count))
        case nil:
            return try bindUnnamed(table, types: [ModelSignature.DataType?](repeating: nil, count: form.inputs.count))
        }
    }

    private func bindNamed(
        _ table: PayloadTable, _ specs: [ModelSignature.ColumnSpec]
    ) throws(ServingFailure) -> RowBlock {
        var columns: [Column] = []
        guard let names = table.names else {
            guard !isStrict, table.columns.count == specs.count || table.rowCount == 0 else {
                throw missing(
                    specs.filter(\.isRequired).compactMap(\.name),
                    extra: table.columns.indices.map { String($0) }, specs)
            }
            guard table.rowCount > 0 else { return try empty(specs.compactMap(\.name)) }
            for (spec, cells) in zip(specs, table.columns) {
                columns.append(try TypedCells(name: spec.name ?? "", type: spec.type).column(cells))
            }
            return RowBlock(rowCount: table.rowCount, columns: columns)
        }
        var places: [Text: Int] = [:]
        for (place, name) in names.enumerated() { places[name] = place }
        var absent: [Text] = []
        for spec in specs {
            guard let name = spec.name else { continue }
            if let place = places[name] {
                columns.append(try TypedCells(name: name, type: spec.type).column(table.columns[place]))
            } else if spec.isRequired {
                absent.append(name)
            }
        }
        guard absent.isEmpty else {
            let known = Set(specs.compactMap(\.name))
            throw missing(absent, extra: names.filter { !known.contains($0) }.map { "'\($0)'" }, specs)
        }
        return RowBlock(rowCount: table.rowCount, columns: columns)
    }

    /// By position, or by name where the model has names of its own and the payload names all of them.
    private func bindUnnamed(
        _ table: PayloadTable, types: [ModelSignature.DataType?]
    ) throws(ServingFailure) -> RowBlock {
        guard table.rowCount > 0 else { return try empty(form.inputs) }
        var order = Array(table.columns.indices)
        if let names = table.names, !isStrict, form.inputsAreNamed {
            let places = form.inputs.map { input in names.firstIndex(of: input) }
            if places.allSatisfy({ $0 != nil }) { order = places.compactMap { $0 } }
        }
        guard order.count == form.inputs.count, types.count >= form.inputs.count else {
            throw .schema(
                "Failed to enforce schema. Error: The model takes \(form.inputs.count) columns and the input has "
                    + "\(order.count).")
        }
        var columns: [Column] = []
        for (index, place) in order.enumerated() {
            columns.append(
                try TypedCells(name: form.inputs[index], type: types[index]).column(table.columns[place]))
        }
        return RowBlock(rowCount: table.rowCount, columns: columns)
    }

    private func empty(_ names: [Text]) throws(ServingFailure) -> RowBlock {
        RowBlock(rowCount: 0, columns: names.map { Column(name: $0, values: .double([])) })
    }

    /// What is wrong with a table of these columns; `nil` where no required one is missing.
    func missing(among names: [Text]) -> ServingFailure? {
        guard case .columns(let specs)? = form.signature?.inputs, form.signature?.inputs?.columnNames != nil else {
            return nil
        }
        let present = Set(names)
        let absent = specs.filter { $0.isRequired }.compactMap(\.name).filter { !present.contains($0) }
        guard !absent.isEmpty else { return nil }
        let known = Set(specs.compactMap(\.name))
        return missing(absent, extra: names.filter { !known.contains($0) }.map { "'\($0)'" }, specs)
    }

    private func missing(
        _ names: [Text], extra: [String], _ specs: [ModelSignature.ColumnSpec]
    ) -> ServingFailure {
        let schema = specs.prefix(100).map { spec in
            "'\(spec.name?.string ?? "")': \(spec.type.name) (\(spec.isRequired ? "required" : "optional"))"
        }
        let absent = names.prefix(100).map { "'\($0)'" }.joined(separator: ", ")
        let surplus = extra.isEmpty ? "" : " Note that there were extra inputs: [\(extra.prefix(100).joined(separator: ", "))]."
        return .schema(
            "Failed to enforce schema of data with schema '[\(schema.joined(separator: ", "))]'. "
                + "Error: Model is missing inputs [\(absent)].\(surplus)")
    }

    private func tensorType(_ word: String) throws(ServingFailure) -> ModelSignature.DataType? {
        switch word {
        case "float64": return .double
        case "float32": return .float
        case "int64": return .long
        case "int32": return .integer
        case "bool": return .boolean
        case "object", "str": return nil
        default:
            throw .schema("The model's signature asks for a tensor of '\(word)', which is not supported.")
        }
    }
}
