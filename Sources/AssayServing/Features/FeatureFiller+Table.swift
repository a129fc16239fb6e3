import AssayColumns
import AssayJSON
import AssayTerms

extension FeatureFiller {
    /// Adds the model's features to the rows of a JSON payload, before its signature gives them types.
    ///
    /// - Parameter now: the time that is looked up at where requests bring none.
    /// - Throws: `badRequest` by the views' rules, `schema` where a column is not there that rows are found by; a ``ModelOutage`` while a store
    ///   cannot be read.
    func fill(_ table: PayloadTable, now: Int64) throws(ServingFailure) -> (table: PayloadTable, mark: FeatureMark?) {
        guard table.rowCount > 0 else { return (emptied(table), nil) }
        guard var names = table.names else { return (table, try positional(table, now: now)) }
        var columns = table.columns
        var marks: [FeatureMark.Part] = []
        for part in parts {
            var given = part.names.filter(names.contains)
            if !given.isEmpty {
                switch part.rule.given {
                case .refuse: throw Self.refused(part, given)
                case .request: break
                case .store:
                    let kept = names.indices.filter { !given.contains(names[$0]) }
                    (names, columns) = (kept.map { names[$0] }, kept.map { columns[$0] })
                    given = []
                }
            }
            guard given.count < part.places.count else {
                marks.append(Self.given(part, given, rowCount: table.rowCount))
                continue
            }
            let (entities, times) = try asked(part, names, columns)
            let (wanted, lookup) = try look(part, given: given, rowCount: table.rowCount) { (column, row) throws(ServingFailure) in
                let cell = entities[column][row]
                if cell.isNull { return nil }
                let field = part.store.entities[column]
                guard let value = FeatureValues.entity(cell, field.type) else { throw Self.foreign(part, field.name, field.type, row) }
                return value
            } time: { (row) throws(ServingFailure) in
                guard let times else { return now }
                guard !times[row].isNull else { return nil }
                guard let moment = times[row].string.flatMap({ Timestamp.microseconds(from: Text($0)) }) else {
                    throw Self.foreign(part, part.rule.time ?? "", .timestamp, row)
                }
                return moment
            }
            names += wanted
            columns += lookup.cells
            marks.append(lookup.mark)
        }
        let mark = FeatureMark(time: now, asked: recorded(names, columns), parts: marks, rowCount: table.rowCount)
        return (PayloadTable(names: names, columns: columns, rowCount: table.rowCount), mark)
    }

    /// What a payload without rows lacks of the model's columns.
    private func emptied(_ table: PayloadTable) -> PayloadTable {
        guard let names = table.names else { return table }
        let more = parts.flatMap(\.names).filter { !names.contains($0) }
        return PayloadTable(names: names + more, columns: table.columns + more.map { _ in [] }, rowCount: 0)
    }

    /// Rows without names bring every input, by position, or nothing can be found.
    private func positional(_ table: PayloadTable, now: Int64) throws(ServingFailure) -> FeatureMark {
        guard table.columns.count == inputCount, parts.allSatisfy({ $0.rule.given == .request }) else {
            let part = parts[0]
            throw .schema(
                "Failed to enforce schema. Error: inputs of this model are filled in from the view '\(part.view)', whose rows are found by "
                    + "\(Self.columns(part)); send columns by name.")
        }
        return FeatureMark(
            time: now, asked: [], parts: parts.map { Self.given($0, $0.names, rowCount: table.rowCount) }, rowCount: table.rowCount)
    }

    private func asked(
        _ part: Part, _ names: [Text], _ columns: [[JSONValue]]
    ) throws(ServingFailure) -> (entities: [[JSONValue]], times: [JSONValue]?) {
        func cells(_ name: Text) throws(ServingFailure) -> [JSONValue] {
            guard let place = names.firstIndex(of: name) else { throw Self.absent(part, name) }
            return columns[place]
        }
        var entities: [[JSONValue]] = []
        for field in part.store.entities { entities.append(try cells(field.name)) }
        guard let time = part.rule.time else { return (entities, nil) }
        return (entities, try cells(time))
    }

    /// The columns that rows were found by and that the model does not read, typed as the views have them.
    private func recorded(_ names: [Text], _ columns: [[JSONValue]]) -> [Column] {
        asked.compactMap { name, type in
            guard !inputs.contains(name), let place = names.firstIndex(of: name) else { return nil }
            let cells = columns[place]
            let validity = Validity(cells.map { !$0.isNull })
            switch type {
            case .int64:
                let values = cells.map { cell -> Int64 in if case .integer(let value)? = FeatureValues.entity(cell, .int64) { value } else { 0 } }
                return Column(name: name, values: .int64(values), validity: validity)
            case .timestamp:
                let values = cells.map { $0.string.flatMap { Timestamp.microseconds(from: Text($0)) } ?? 0 }
                return Column(name: name, values: .timestamp(values), validity: validity)
            default:
                let dictionary = TextDictionary()
                let codes = cells.map { dictionary.code(for: Text($0.string ?? "")) }
                return Column(name: name, values: .text(codes: codes, dictionary: dictionary), validity: validity)
            }
        }
    }
}
