/// What a grant is about.
///
/// Names are matched as ``GlobPattern`` does: `*` any text, `?` one scalar. In an allowance case counts, in a denial it does
/// not: in doubt against. Runs and logged models stand and fall with their experiment, versions with their registered model.
package enum Resource: Hashable, Sendable {
    case everything
    case experiment(Text)
    /// One experiment, whatever it is called.
    case experimentID(Int64)
    case model(Text)
    /// One registered model, whatever it is called.
    case modelID(String)
    case dataset(Text)
    case datasetClass(DatasetClass)
    /// Predictions served by models of these names.
    case prediction(Text)

    package static let patternLimit = 256

    /// Of its text, as ``text`` writes it.
    ///
    /// - Throws: `invalidArgument` for anything else, naming the forms there are.
    package init(_ text: Text) throws(AssayError) {
        let parts = text.string.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if text == "everything" || text == "*" {
            self = .everything
            return
        }
        guard parts.count == 2, !parts[1].isEmpty, parts[1].utf8.count <= Self.patternLimit, !parts[1].utf8.contains(0) else {
            throw Self.unknown(text)
        }
        let (kind, name) = (parts[0], parts[1])
        let id = name.hasPrefix("id=") ? String(name.dropFirst(3)) : nil
        switch (kind, id) {
        case ("experiment", let id?):
            guard let number = Int64(id), String(number) == id, number >= 0 else { throw Self.unknown(text) }
            self = .experimentID(number)
        case ("experiment", nil): self = .experiment(Text(name))
        case ("model", let id?):
            guard id.utf8.count == 32, Hex.decode(id) != nil, id == id.lowercased() else { throw Self.unknown(text) }
            self = .modelID(id)
        case ("model", nil): self = .model(Text(name))
        case ("dataset", nil): self = .dataset(Text(name))
        case ("dataset-class", nil):
            guard let datasetClass = DatasetClass(rawValue: name) else { throw Self.unknown(text) }
            self = .datasetClass(datasetClass)
        case ("prediction", nil): self = .prediction(Text(name))
        default: throw Self.unknown(text)
        }
    }

    package var text: Text {
        switch self {
        case .everything: "everything"
        case .experiment(let pattern): Text("experiment:\(pattern)")
        case .experimentID(let id): Text("experiment:id=\(id)")
        case .model(let pattern): Text("model:\(pattern)")
        case .modelID(let id): Text("model:id=\(id)")
        case .dataset(let pattern): Text("dataset:\(pattern)")
        case .datasetClass(let datasetClass): Text("dataset-class:\(datasetClass.rawValue)")
        case .prediction(let pattern): Text("prediction:\(pattern)")
        }
    }

    private static func unknown(_ text: Text) -> AssayError {
        AssayError(
            .invalidArgument,
            """
            '\(text.string.prefix(80))' is no resource. It is written everything, experiment:PATTERN, experiment:id=NUMBER, model:PATTERN, \
            model:id=HEX, dataset:PATTERN, dataset-class:\(DatasetClass.allCases.map(\.rawValue).joined(separator: "|")) or \
            prediction:PATTERN.
            """)
    }
}
