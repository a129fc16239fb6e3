import AssayColumns
package import AssayData
package import AssayTerms

/// The rows a mitigation looks at: a file, what its labels and groups are, and how it is read.
package struct GroupedRows: Sendable {
    package var file: DataFile
    /// `nil` where decisions are made on rows whose labels nobody knows yet.
    package var label: Text?
    package var positive: Text?
    package var groups: GroupSource
    package var missingWords: [Text]?
    package var schema = DataSchema()

    package init(file: DataFile, label: Text?, groups: GroupSource) {
        self.file = file
        self.label = label
        self.groups = groups
    }

    /// The table with the columns of labels and groups, and `others`.
    ///
    /// - Parameter withGroups: `false` where nobody asks for a row's group.
    /// - Throws: whatever is wrong with the file, or a column that is not there.
    func table(_ others: [Text], withGroups: Bool = true) throws(AssayError) -> DataTable {
        guard case .path(let path) = file.source else {
            throw AssayError(.invalidArgument, "mitigation reads rows from a file")
        }
        var columns: [Text] = []
        for name in [label, withGroups ? groups.column : nil].compactMap({ $0 }) + others where !columns.contains(name) { columns.append(name) }
        var options = DataOptions(schema: schema, columns: columns)
        if let missingWords { options.missingWords = missingWords }
        return try DataTable.open(path: path, options: options)
    }

    /// Labels and groups of blocks as codes, and what the codes mean once all blocks were seen.
    struct Coder {
        let rows: GroupedRows
        private(set) var labels = ValueCoder(maximumValueCount: EvidencePass.labelLimit)
        private(set) var groups = ValueCoder()

        init(_ rows: GroupedRows) { self.rows = rows }

        /// By row; `ValueCoder.missing` where the row has none. Without a label column all labels are missing.
        mutating func codes(of block: RowBlock) throws(AssayError) -> (labels: [Int32], groups: [Int32]) {
            let groupCodes: [Int32]
            let column = try block.required(rows.groups.column)
            switch rows.groups {
            case .rule(let rule):
                groupCodes = try rule.codes(of: column)
            case .column: groupCodes = try groups.codes(of: column)
            }
            guard let label = rows.label else { return ([Int32](repeating: ValueCoder.missing, count: block.rowCount), groupCodes) }
            return (try labels.codes(of: block.required(label)), groupCodes)
        }

        /// Through the labels' coder, so that a prediction of another kind than the labels is an error.
        mutating func labelCodes(of column: Column) throws(AssayError) -> [Int32] { try labels.codes(of: column) }

        /// - Throws: `invalidArgument` where no positive label can be told.
        func binaryCoding() throws(AssayError) -> BinaryCoding { try labels.binaryCoding(positive: rows.positive) }

        /// For each group code so far its place among `names`; `nil` where the name is none of them.
        func places(among names: [Text]) -> [Int?] {
            if case .rule = rows.groups { return GroupSource.ruleNames.map { names.firstIndex(of: $0) } }
            return groups.values.map { value in names.firstIndex(of: value.name) }
        }

        /// The groups' names in order, and the place of each code among them.
        func groupNames() throws(AssayError) -> (names: [Text], place: (Int32) -> Int) {
            if case .rule = rows.groups { return (GroupSource.ruleNames, { Int($0) }) }
            let coding = try groups.categoryCoding()
            return (coding.names, { Int(coding.code(from: $0)) })
        }
    }
}

extension RowBlock {
    /// - Throws: `internalFault`: the reader was asked for this column.
    func required(_ name: Text) throws(AssayError) -> Column {
        guard let column = self[name] else {
            throw AssayError(.internalFault, "a block came without column \(ValueList.quoted(name))")
        }
        return column
    }
}

extension NumberColumn {
    /// NaN where the row has no number.
    var valuesOrNaN: [Double] {
        guard let validity else { return values }
        return values.indices.map { validity[$0] ? values[$0] : .nan }
    }
}
