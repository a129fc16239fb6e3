import AssayColumns
import AssayJSON
import AssayTerms

/// Makes the state of an expectation from its words.
///
/// What the words mean is Great Expectations 1.24's on pandas data frames, and `expect_column_to_not_exist`, which it lacks.
struct ExpectationFactory {
    /// In the order of `columns`.
    let types: [ColumnType]
    let columns: [Text]
    /// Of the rows that the expectations made here see.
    let shared: SharedColumns

    func type(of column: Text) throws(AssayError) -> ColumnType {
        guard let index = columns.firstIndex(of: column) else {
            throw AssayError(.unsupported, "the data has \(NearNames.message(missingColumn: column, columns: columns))")
        }
        return types[index]
    }

    static let names: [Text] =
        tableNames + valueNames + textNames + aggregateNames + tupleNames

    /// - Throws: `invalidArgument` for an expectation or an argument that is not known; `unsupported` where the data lacks the
    ///   column or has another type.
    func state(_ expectation: ExpectationSuite.Expectation) throws(AssayError) -> any ExpectationState {
        var arguments = ExpectationArguments(type: expectation.type, object: expectation.kwargs)
        let state: any ExpectationState
        switch expectation.type {
        case let type where Self.tableNames.contains(type): state = try table(&arguments)
        case let type where Self.valueNames.contains(type): state = try values(&arguments)
        case let type where Self.textNames.contains(type): state = try texts(&arguments)
        case let type where Self.aggregateNames.contains(type): state = try aggregate(&arguments)
        case let type where Self.tupleNames.contains(type): state = try tuples(&arguments)
        default:
            let near = NearNames.near(expectation.type, among: Self.names)
            throw AssayError(
                .invalidArgument,
                "there is no expectation '\(expectation.type)' here\(NearNames.question(near))")
        }
        try arguments.requireNoOthers()
        return state
    }
}
