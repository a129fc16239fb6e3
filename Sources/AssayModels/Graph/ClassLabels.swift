package import AssayColumns
package import AssayTerms

/// The classes of a classifier, in the model's order.
package enum ClassLabels: Hashable, Sendable {
    case integers([Int64])
    case numbers([Double])
    case booleans([Bool])
    case texts([Text])

    package var count: Int {
        switch self {
        case .integers(let labels): labels.count
        case .numbers(let labels): labels.count
        case .booleans(let labels): labels.count
        case .texts(let labels): labels.count
        }
    }

    /// A column of labels from a column of class indices.
    package func column(named name: Text, classes: [Int]) -> Column {
        switch self {
        case .integers(let labels): Column(name: name, values: .int64(classes.map { labels[$0] }))
        case .numbers(let labels): Column(name: name, values: .double(classes.map { labels[$0] }))
        case .booleans(let labels): Column(name: name, values: .boolean(classes.map { labels[$0] ? 1 : 0 }))
        case .texts(let labels):
            Column(
                name: name,
                values: .text(codes: classes.map { Int32($0) }, dictionary: TextDictionary(labels)))
        }
    }

    /// The label as people write it: `1`, `0.5`, `True`, `approve`.
    package func text(_ index: Int) -> String {
        switch self {
        case .integers(let labels): String(labels[index])
        case .numbers(let labels): labels[index].description
        case .booleans(let labels): labels[index] ? "True" : "False"
        case .texts(let labels): labels[index].string
        }
    }

    /// As columns hold them.
    package var values: [ColumnValue] {
        switch self {
        case .integers(let labels): labels.map { ColumnValue($0) }
        case .numbers(let labels): labels.compactMap { ColumnValue($0) }
        case .booleans(let labels): labels.map { ColumnValue($0) }
        case .texts(let labels): labels.map { .text($0) }
        }
    }
}
