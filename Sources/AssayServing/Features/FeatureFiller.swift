package import AssayColumns
package import AssayJSON
import AssayModels
package import AssayTerms

/// Adds to rows the features that a model reads and that requests do not bring: each row's entity is looked up in the newest values of a view.
///
/// All rows of a request read one state of each store, and one time. A request is filled as a whole or refused. Looking up is one
/// table entry a row and view, in memory, so that it may be done where requests are read.
package struct FeatureFiller: Sendable {
    /// One view's share of the model's inputs.
    package struct Part: Sendable {
        let store: FeatureStore
        /// Places among the store's features that are inputs of the model.
        let places: [Int]

        /// `nil` where none of the model's inputs is a feature of the view.
        ///
        /// - Throws: `unsupported` where one cannot be given what the view holds, or an entity cannot be both.
        init?(_ store: FeatureStore, _ form: ModelForm) throws(AssayError) {
            let inputs = Set(form.inputs).union(form.signature?.inputs?.columnNames ?? [])
            places = store.features.indices.filter { inputs.contains(store.features[$0].name) }
            guard !places.isEmpty else { return nil }
            self.store = store
            guard form.inputsAreNamed else {
                throw AssayError(.unsupported, "its inputs have no names of their own, so none can be filled in; log it with a signature of named columns")
            }
            let types = FeatureFiller.types(of: form)
            for field in places.map({ store.features[$0] }) + store.entities {
                guard let type = types[field.name], !FeatureFiller.fits(field.type, type) else { continue }
                throw AssayError(
                    .unsupported,
                    "its input '\(field.name)' is \(type.name), and in the view '\(store.view)' it is \(field.type.rawValue), which cannot be given to it")
            }
        }

        var view: Text { store.view }
        var rule: ServingFeatures { store.settings }
        var names: [Text] { places.map { store.features[$0].name } }
    }

    let parts: [Part]
    let inputs: Set<Text>
    let inputCount: Int
    private let types: [Text: ModelSignature.DataType]

    /// - Throws: `conflict` where two views have one input, or one's entity is another's feature.
    init(_ parts: [Part], form: ModelForm) throws(AssayError) {
        var seen: [Text: Text] = [:]
        for part in parts {
            for name in part.names {
                if let other = seen[name] { throw AssayError(.conflict, "its input '\(name)' is a feature of '\(other)' and of '\(part.view)'") }
                seen[name] = part.view
            }
        }
        for part in parts {
            for name in part.store.entities.map(\.name) + (part.rule.time.map { [$0] } ?? []) {
                guard let other = seen[name] else { continue }
                throw AssayError(.conflict, "'\(name)' is what rows of '\(part.view)' are found by, and a feature of '\(other)'")
            }
        }
        self.parts = parts
        inputs = Set(form.inputs).union(form.signature?.inputs?.columnNames ?? [])
        inputCount = form.signature?.inputs?.columnNames?.count ?? form.inputs.count
        types = Self.types(of: form)
    }

    private static func types(of form: ModelForm) -> [Text: ModelSignature.DataType] {
        var types: [Text: ModelSignature.DataType] = [:]
        if case .columns(let specs)? = form.signature?.inputs {
            for spec in specs { if let name = spec.name { types[name] = spec.type } }
        }
        return types
    }

    /// Whether every value of the one is a value of the other, but for those that are beyond a shorter number.
    private static func fits(_ type: ColumnType, _ input: ModelSignature.DataType) -> Bool {
        switch (type, input) {
        case (.boolean, .boolean), (.boolean, .integer), (.boolean, .long), (.boolean, .float), (.boolean, .double): true
        case (.int64, .integer), (.int64, .long), (.int64, .float), (.int64, .double): true
        case (.double, .float), (.double, .double), (.text, .string), (.timestamp, .datetime): true
        default: false
        }
    }

    /// The inputs that are filled in.
    package var filled: Set<Text> { Set(parts.flatMap(\.names)) }

    /// The columns that rows are found by, with the types that they are read as.
    package var asked: [(name: Text, type: ColumnType)] {
        var asked: [(name: Text, type: ColumnType)] = []
        for part in parts {
            let columns = part.store.entities.map { ($0.name, $0.type) } + (part.rule.time.map { [($0, ColumnType.timestamp)] } ?? [])
            for column in columns where !asked.contains(where: { $0.name == column.0 }) { asked.append(column) }
        }
        return asked
    }

    package var askedTypes: [Text: ColumnType] { Dictionary(uniqueKeysWithValues: asked.map { ($0.name, $0.type) }) }

    /// - Throws: `unavailable` while a store cannot be read.
    func requireReady() throws(AssayError) {
        for part in parts { _ = try part.store.values() }
    }

    /// For whoever asks what is filled in.
    package var json: JSONValue {
        .array(
            parts.map { part in
                [
                    "view": .string(part.view.string), "digest": .string(part.store.viewDigest.hex),
                    "entity": .array(part.store.entities.map { .string($0.name.string) }), "inputs": .array(part.names.map { .string($0.string) }),
                    "missing": .string(part.rule.missing.rawValue), "given": .string(part.rule.given.rawValue),
                ]
            })
    }

    // MARK: Looking up

    /// One view's answer about the rows of a request.
    struct Lookup {
        /// By feature that was asked for, a cell a row.
        let cells: [[JSONValue]]
        let mark: FeatureMark.Part
    }

    /// - Parameters:
    ///   - given: features that the request brings and that are not looked up.
    ///   - entity: a row's value of an entity column; `nil` where it has none.
    ///   - time: a row's time; `nil` where it has none.
    /// - Throws: `badRequest` by the view's rule about what is missing, or for an input that cannot be missing.
    func look(
        _ part: Part, given: [Text], rowCount: Int, entity: (_ column: Int, _ row: Int) throws(ServingFailure) -> ColumnValue?,
        time: (_ row: Int) throws(ServingFailure) -> Int64?
    ) throws(ServingFailure) -> (wanted: [Text], lookup: Lookup) {
        let values = try Self.values(part)
        let places = part.places.filter { !given.contains(part.store.features[$0].name) }
        let wanted = places.map { part.store.features[$0].name }
        let firm = wanted.map { types[$0] == .long || types[$0] == .integer }
        var cells = [[JSONValue]](repeating: [], count: places.count)
        for index in cells.indices { cells[index].reserveCapacity(rowCount) }
        var found: [FeatureMark.Found] = []
        var known: [Int64?] = []
        var key: [ColumnValue] = []
        for row in 0..<rowCount {
            key.removeAll(keepingCapacity: true)
            for column in part.store.entities.indices {
                if let value = try entity(column, row) { key.append(value) }
            }
            let moment = try time(row)
            var place: Int?
            var word = FeatureMark.Found.unasked
            if let moment, key.count == part.store.entities.count {
                switch values.find(key, at: moment) {
                case .found(let row): (place, word) = (row, .yes)
                case .expired: word = .expired
                case .later: word = .later
                case .unknown: word = .unknown
                }
            }
            found.append(word)
            known.append(place.map { values.times[$0] })
            if place == nil, part.rule.missing == .refuse { throw Self.missing(part, row, word, "") }
            for (index, column) in places.enumerated() {
                let cell = place.map { values.columns[column].json($0) } ?? .null
                if cell.isNull, firm[index] {
                    throw Self.missing(part, row, word, ", and the model's input '\(wanted[index])' is a whole number, which cannot be missing")
                }
                cells[index].append(cell)
            }
        }
        part.store.note(found)
        let mark = FeatureMark.Part(
            view: part.view, viewDigest: part.store.viewDigest, storeDigest: values.digest, given: given, found: found, known: known)
        return (wanted, Lookup(cells: cells, mark: mark))
    }

    /// A view's part where the request brings all of its features.
    static func given(_ part: Part, _ names: [Text], rowCount: Int) -> FeatureMark.Part {
        FeatureMark.Part(
            view: part.view, viewDigest: part.store.viewDigest, storeDigest: nil, given: names,
            found: [FeatureMark.Found](repeating: .given, count: rowCount), known: [Int64?](repeating: nil, count: rowCount))
    }

    /// The cells as the column that the model's signature wants.
    func column(_ name: Text, _ cells: [JSONValue]) throws(ServingFailure) -> Column { try TypedCells(name: name, type: types[name]).column(cells) }

    private static func values(_ part: Part) throws(ServingFailure) -> FeatureValues {
        do throws(AssayError) {
            return try part.store.values()
        } catch {
            throw .model(error)
        }
    }

    // MARK: Refusals

    /// By the row's number and the names of columns, never by a value.
    private static func missing(_ part: Part, _ row: Int, _ found: FeatureMark.Found, _ more: String) -> ServingFailure {
        let why =
            switch found {
            case .yes, .given: "its newest row has no value"
            case .expired: "its newest row is older than the view allows"
            case .later: "its newest row was written later than the time asked for"
            case .unknown: "nothing is known of it"
            case .unasked: "the row does not name it, or has no time"
            }
        return .badRequest(
            "Invalid input. Row \(row) (counted from 0) cannot be filled in from the view '\(part.view)' by \(columns(part)): \(why)\(more).")
    }

    static func columns(_ part: Part) -> String { part.store.entities.map { "'\($0.name)'" }.joined(separator: ", ") }

    static func refused(_ part: Part, _ given: [Text]) -> ServingFailure {
        .badRequest(
            "Invalid input. The columns \(given.prefix(20).map { "'\($0)'" }.joined(separator: ", ")) are filled in from the view '\(part.view)' and cannot be sent; "
                + "leave them out, and send \(columns(part)).")
    }

    static func absent(_ part: Part, _ name: Text) -> ServingFailure {
        .schema(
            "Failed to enforce schema. Error: inputs of this model are filled in from the view '\(part.view)', whose rows are found by "
                + "\(columns(part)); the input has no column '\(name)'.")
    }

    static func foreign(_ part: Part, _ name: Text, _ type: ColumnType, _ row: Int) -> ServingFailure {
        let kind =
            switch type {
            case .int64: "whole numbers"
            case .timestamp: "times, such as 2026-01-31T09:30:00Z"
            default: "text"
            }
        return .badRequest(
            "Invalid input. By the column '\(name)' rows of the view '\(part.view)' are found; it holds \(kind), and row \(row) (counted from 0) something else.")
    }
}
