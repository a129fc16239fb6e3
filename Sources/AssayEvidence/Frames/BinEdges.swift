import AssayColumns
import AssayData
import AssayMetrics
import AssayTerms

/// The edges of columns that are cut into ranges, found before the pass that counts rows by them.
struct BinEdges {
    /// By name, for each grouping column that is cut.
    private(set) var bins: [Text: ColumnBins] = [:]
    private(set) var edges: [Text: [Double]] = [:]
    private var open: [(bins: ColumnBins, state: QuantileState)] = []

    /// - Parameter names: of grouping columns, cut or not.
    init(_ names: [Text]) {
        for name in names {
            guard let parsed = ColumnBins(parsing: name) else { continue }
            bins[name] = parsed
            switch parsed.cut {
            case .edges(let given): edges[name] = given
            case .quantiles: open.append((parsed, QuantileState()))
            }
        }
    }

    /// The column a grouping column is read from.
    func source(_ name: Text) -> Text { bins[name]?.column ?? name }

    /// Columns whose quantiles are wanted, each once; none where all edges are given.
    var wanted: [Text] {
        open.reduce(into: []) { columns, entry in
            if !columns.contains(entry.bins.column) { columns.append(entry.bins.column) }
        }
    }

    /// - Throws: `invalidArgument` for a column that holds no numbers.
    mutating func add(_ block: RowBlock) throws(AssayError) {
        for index in open.indices {
            guard let column = block[open[index].bins.column] else { continue }
            let numbers = try NumberColumn(column)
            open[index].state.add(numbers.values.indices.filter { numbers.validity?[$0] ?? true }.map { numbers.values[$0] })
        }
    }

    /// Fixes the edges at pandas' `qcut`: quantiles between neighbours by linear interpolation, equal ones and those at the
    /// least or greatest value left out. Exact up to `QuantileState.capacity` rows, beyond within its rank error.
    mutating func finish() {
        for (bins, state) in open {
            guard case .quantiles(let count) = bins.cut else { continue }
            let sorted = state.sorted()
            let ends = (sorted.quantile(0), sorted.quantile(1))
            edges[bins.name] = (1..<count).reduce(into: []) { edges, index in
                guard let edge = sorted.quantile(QuantileState.share(index, of: count)), edge != ends.0, edge != ends.1,
                    edge != edges.last
                else { return }
                edges.append(edge)
            }
        }
        open = []
    }

    /// Reads what is wanted from the request's data; nothing where all edges are given.
    mutating func read(_ request: EvidenceRequest, condition: RowCondition?) throws(AssayError) {
        if !wanted.isEmpty {
            var columns = wanted
            for column in condition?.columns ?? [] where !columns.contains(column) { columns.append(column) }
            var options = DataOptions(schema: request.schema, columns: columns)
            if let words = request.missingWords { options.missingWords = words }
            let reader = try DataTable.open(request.data, options: options).makeReader()
            var rows = ConditionedRows(condition)
            while let block = try reader.next() { try rows.add(block) { (block) throws(AssayError) in try add(block) } }
            try rows.finish { (block) throws(AssayError) in try add(block) }
        }
        finish()
    }
}

extension DataTable {
    /// The file at its path, or through a descriptor that someone else opened.
    static func open(_ file: DataFile, options: DataOptions) throws(AssayError) -> DataTable {
        switch file.source {
        case .path(let path): try DataTable.open(path: path, options: options)
        case .descriptor(let descriptor): try DataTable.open(descriptor: descriptor, name: file.name.string, options: options)
        }
    }
}
