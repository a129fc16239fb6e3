package import AssayColumns
package import AssayData
package import AssayMetrics
package import AssayTerms

/// What drift needs to know of a reference, in bounded memory, so that the rows need not travel.
///
/// It holds single values: the texts of categorical columns with their counts, and a sample of the numbers. It is smaller
/// than the data and no less personal.
package struct DriftProfile: Sendable {
    package struct Column: Sendable {
        package var name: Text
        package var type: ColumnType
        package var rows = 0
        package var missingCount = 0
        package var infiniteCount = 0
        package var numbers = QuantileSketch()
        package var texts: CategoryState
    }

    /// What the scores of the reference meant, for estimates of performance.
    package struct Calibration: Sendable {
        /// The positive label as its data had it.
        package var positive: Text
        /// Rows with label and score.
        package var rows: Int
        /// Whether calibrated scores came nearer to held-out labels.
        package var isNeeded: Bool
        package var map: IsotonicCalibration
    }

    /// How much an input moved scores: its part of the mean absolute attributions of all inputs.
    package struct Attribution: Hashable, Sendable {
        package var name: Text
        package var share: Double

        package init(name: Text, share: Double) {
            self.name = name
            self.share = share
        }
    }

    /// `nil` where the labels and scores were not named.
    package var calibration: Calibration?
    /// In the order of the model's inputs; empty where no model was explained.
    package var attributions: [Attribution] = []

    package private(set) var columns: [Column]
    package private(set) var rowCount: Int
    /// Of the files it was made from, in order.
    package private(set) var digests: [SHA256Digest]

    package init(columns: [Column], rowCount: Int, digests: [SHA256Digest]) {
        self.columns = columns
        self.rowCount = rowCount
        self.digests = digests
    }

    /// Reads a file in one pass, block by block.
    ///
    /// - Throws: whatever is wrong with the file, naming it and the column.
    package static func read(
        _ path: String, columns: [Text]?, options: DataOptions, categoryLimit: Int, progress: (Int) -> Void
    ) throws(AssayError) -> DriftProfile {
        var options = options
        options.columns = columns
        let table = try DataTable.open(path: path, options: options)
        var states = table.columns.map {
            Column(name: $0.name, type: $0.type, texts: CategoryState(limit: categoryLimit))
        }
        let reader = try table.makeReader()
        var rows = 0
        while let block = try reader.next() {
            for (index, column) in block.columns.enumerated() { try states[index].add(column) }
            rows += block.rowCount
            progress(rows)
        }
        let facts = try reader.finish()
        return DriftProfile(columns: states, rowCount: facts.rowCount, digests: [facts.digest])
    }

    /// The profile of the rows of both.
    ///
    /// - Throws: `invalidArgument` where they differ in columns or types.
    package mutating func merge(_ other: DriftProfile) throws(AssayError) {
        guard columns.map(\.name) == other.columns.map(\.name) else {
            throw AssayError(
                .invalidArgument,
                "profiles of different columns cannot be merged: \(ValueList.text(columns.map(\.name))) and "
                    + ValueList.text(other.columns.map(\.name)))
        }
        for (index, column) in other.columns.enumerated() { try columns[index].merge(column) }
        rowCount += other.rowCount
        digests += other.digests
        // Neither can be put together from parts.
        calibration = nil
        attributions = []
    }

    /// The profile in the place of data, of the columns asked for.
    ///
    /// - Throws: `invalidArgument` for a column that is not there.
    func data(name: Text, digest: SHA256Digest, columns wanted: [Text]?) throws(AssayError) -> DriftData {
        let names = columns.map(\.name)
        for column in wanted ?? [] where !names.contains(column) {
            throw AssayError(
                .invalidArgument, "\(name) has \(NearNames.message(missingColumn: column, columns: names))")
        }
        let chosen = wanted.map { wanted in columns.filter { wanted.contains($0.name) } } ?? columns
        return DriftData(
            name: name, digest: digest, rowCount: rowCount, columnNames: names, sides: chosen.map { $0.side() })
    }
}

extension DriftProfile.Column {
    fileprivate mutating func add(_ block: AssayColumns.Column) throws(AssayError) {
        rows += block.count
        missingCount += block.validity?.missingCount ?? 0
        switch block.values {
        case .boolean, .int64, .double:
            let column = try NumberColumn(block)
            missingCount += (column.validity?.missingCount ?? 0) - (block.validity?.missingCount ?? 0)
            for (row, value) in column.values.enumerated() where column.validity?[row] ?? true {
                if value.isInfinite { infiniteCount += 1 } else { numbers.add(value) }
            }
        case .text(let codes, let dictionary):
            texts.add(codes: codes, validity: block.validity, dictionary: dictionary)
        case .timestamp: break
        }
    }

    fileprivate mutating func merge(_ other: DriftProfile.Column) throws(AssayError) {
        guard type.domain == other.type.domain else {
            throw AssayError(
                .invalidArgument,
                "column \(ValueList.quoted(name)) is \(type.rawValue) in one part and \(other.type.rawValue) in another; "
                    + "give both one type with --schema")
        }
        if type != other.type { type = .double }
        rows += other.rows
        missingCount += other.missingCount
        infiniteCount += other.infiniteCount
        numbers.merge(other.numbers)
        texts.merge(other.texts)
    }

    /// The column as one of two that are compared.
    func side() -> DriftSide {
        let values: DriftSide.Values
        switch type {
        case .boolean, .int64, .double: values = .numbers(.counted(numbers.counted), isWhole: type != .double)
        case .text: values = texts.isOverLimit ? .tooManyTexts : .texts(texts.entries)
        case .timestamp: values = .timestamps
        }
        return DriftSide(
            name: name, type: type, values: values, presentCount: rows - missingCount - infiniteCount,
            missingCount: missingCount, infiniteCount: infiniteCount,
            rankError: numbers.total == 0 ? 0 : Double(numbers.rankBound) / Double(numbers.total))
    }
}
