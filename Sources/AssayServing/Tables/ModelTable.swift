package import AssayColumns
package import AssayData
package import AssayModels
package import AssayTerms

/// A data file opened for a model: its used input columns, typed as the signature says where the format leaves types open.
package struct ModelTable: Sendable {
    package let table: DataTable

    /// - Parameter further: columns that are read beside the model's, where they are there.
    /// - Throws: `.invalidArgument` naming a column the file lacks, with near names; what ``DataTable`` throws.
    package init(path: String, form: ModelForm, options: DataOptions = DataOptions(), further: [Text] = []) throws(AssayError) {
        let all = try DataTable.open(path: path, options: options)
        guard let narrowed = Self.narrowed(options, all, form, further: further) else {
            table = all
            return
        }
        table = try DataTable.open(path: path, options: narrowed)
    }

    /// - Parameter declared: whether all columns of the signature are read that the file has, and not only those the model
    ///   uses, so that a value of the wrong type is found in any of them.
    /// - Parameter further: columns that are read beside them, where they are there.
    /// - Parameter types: what of these is read as which type, where the model's signature says nothing.
    package init(
        descriptor: Int32, name: String, format: DataFormat?, form: ModelForm, declared: Bool = false, further: [Text] = [],
        types: [Text: ColumnType] = [:]
    ) throws(AssayError) {
        let all = try DataTable.open(descriptor: descriptor, name: name, format: format)
        guard let narrowed = Self.narrowed(DataOptions(), all, form, declared: declared, further: further, more: types) else {
            table = all
            return
        }
        table = try DataTable.open(descriptor: descriptor, name: name, format: format, options: narrowed)
    }

    /// `nil` where the model knows no names and binds by position.
    private static func narrowed(
        _ options: DataOptions, _ all: DataTable, _ form: ModelForm, declared: Bool = false, further: [Text] = [], more: [Text: ColumnType] = [:]
    ) -> DataOptions? {
        guard form.inputsAreNamed else { return typed(options, all, form, more) }
        let present = Set(all.columnNames)
        let optional = form.optionalInputs
        var used = form.usedInputs.filter { !optional.contains($0) || present.contains(form.inputs[$0]) }.map { form.inputs[$0] }
        if declared, let names = form.signature?.inputs?.columnNames {
            used += names.filter { present.contains($0) && !used.contains($0) }
        }
        used += further.filter { present.contains($0) && !used.contains($0) }
        var options = options
        options.columns = used
        if all.format == .csv, case .columns(let specs)? = form.signature?.inputs {
            for spec in specs {
                guard let name = spec.name, used.contains(name), options.schema.types[name] == nil else { continue }
                if let type = spec.type.columnType { options.schema.types[name] = type }
            }
        }
        for (name, type) in more where options.schema.types[name] == nil { options.schema.types[name] = type }
        options.schema.types = options.schema.types.filter { used.contains($0.key) }
        return options
    }

    /// Columns that bind by position, in the types that the model's signature has by position; `nil` where it says none.
    private static func typed(_ options: DataOptions, _ all: DataTable, _ form: ModelForm, _ more: [Text: ColumnType]) -> DataOptions? {
        guard all.format == .csv, case .columns(let specs)? = form.signature?.inputs, specs.count == all.columnNames.count,
            specs.allSatisfy({ $0.name == nil })
        else { return nil }
        var options = options
        for (name, spec) in zip(all.columnNames, specs) where options.schema.types[name] == nil {
            if let type = more[name] ?? spec.type.columnType { options.schema.types[name] = type }
        }
        return options
    }

    /// Shows each block to `body`. Blocks the calling thread.
    package func forEachBlock(_ body: (RowBlock) throws(AssayError) -> Void) throws(AssayError) -> DataFacts {
        let reader = try table.makeReader()
        while let block = try reader.next() { try body(block) }
        return try reader.finish()
    }
}

extension ModelSignature.DataType {
    /// The type a CSV column is read as; `nil` for types the columns do not have.
    fileprivate var columnType: ColumnType? {
        switch self {
        case .boolean: .boolean
        case .integer, .long: .int64
        case .float, .double: .double
        case .string: .text
        case .datetime: .timestamp
        case .binary, .other: nil
        }
    }
}
