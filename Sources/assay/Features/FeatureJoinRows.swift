import AssayColumns
import AssayData
import AssayEvidence
import AssayTerms

/// The rows that are joined, read twice at once: the columns that are asked by, typed as the views have them, and what is
/// written again.
struct FeatureJoinRows {
    struct Block {
        let rowCount: Int
        /// By view, its entity columns.
        let entities: [[Column]]
        let time: Column
        let shown: [Column]
    }

    /// The columns that are written again.
    let columns: [(name: Text, type: ColumnType)]
    private let path: String
    private let views: [FeatureSource]
    private let timestamp: Text
    private let asking: DataReader
    private let showing: DataReader

    /// - Throws: `invalidArgument` where two views read one column as different types, or a column is not there.
    init(path: String, views: [FeatureSource], timestamp: Text, keep: [Text]?, form: RowSink.Form) throws(AssayError) {
        self.path = path
        self.views = views
        self.timestamp = timestamp
        var options = DataOptions(columns: [timestamp])
        options.schema.types[timestamp] = .timestamp
        for entity in views.flatMap(\.entities) {
            if let known = options.schema.types[entity.name] {
                guard known == entity.type else {
                    throw AssayError(
                        .invalidArgument,
                        "column '\(entity.name)' is read as \(known.rawValue) and as \(entity.type.rawValue); give it one type in all views")
                }
            } else {
                options.schema.types[entity.name] = entity.type
                options.columns?.append(entity.name)
            }
        }
        let table = try DataTable.open(path: path, options: options)
        asking = try table.makeReader()
        var shown = DataOptions(columns: keep)
        if table.format == .csv, form == .csv {
            shown.missingWords = []
            for name in table.columnNames where keep?.contains(name) ?? true { shown.schema.types[name] = .text }
        } else {
            // What the views know of a column holds for what is written too: a key that begins with 0 keeps it.
            for entity in views.flatMap(\.entities) where keep?.contains(entity.name) ?? true { shown.schema.types[entity.name] = entity.type }
            if form == .parquet, keep?.contains(timestamp) ?? true { shown.schema.types[timestamp] = .timestamp }
        }
        let again = try DataTable.open(path: path, options: shown)
        columns = again.columns.map { ($0.name, $0.type) }
        showing = try again.makeReader()
    }

    /// - Throws: whatever is wrong with the rows; `conflict` where the file was written to meanwhile.
    func next() throws(AssayError) -> Block? {
        let (asked, shown) = (try asking.next(), try showing.next())
        guard let asked, let shown else {
            guard asked == nil, shown == nil else { throw changed }
            return nil
        }
        guard asked.rowCount == shown.rowCount, let time = asked[timestamp] else { throw changed }
        return Block(
            rowCount: asked.rowCount, entities: views.map { view in view.entities.compactMap { asked[$0.name] } }, time: time, shown: shown.columns)
    }

    func finish() throws(AssayError) {
        guard try asking.finish().digest == showing.finish().digest else { throw changed }
    }

    private var changed: AssayError { AssayError(.conflict, "\(path) was changed while it was being read; read it again") }
}
