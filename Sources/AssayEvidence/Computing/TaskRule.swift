import AssayColumns
import AssayData
package import AssayTerms

/// What a request predicts, where it does not say so.
///
/// With a positive label or scores the task is binary. Else the labels and predictions decide, in this order: up to two
/// distinct values are binary; text is multiclass; numbers with a fraction are a regression; up to `classLimit` whole numbers
/// are classes. More whole numbers may be either, and are an error that says what to add.
package enum TaskRule {
    /// More whole numbers than this may be counts or amounts as well as classes.
    package static let classLimit = 20

    /// Reads the columns of labels and predictions once, as far as it must.
    ///
    /// - Throws: `invalidArgument` where the values leave a doubt; whatever is wrong with the data.
    package static func task(of request: EvidenceRequest) throws(AssayError) -> EvidenceRequest.TaskKind {
        if let task = request.task { return task }
        if !request.classScores.isEmpty { return .multiclass }
        guard request.positive == nil, request.score == nil, let label = request.label, let prediction = request.prediction
        else { return .binary }
        let condition = try request.rows.map(RowConditionParser.condition(parsing:))
        var columns: [Text] = []
        for column in [label, prediction] + (condition?.columns ?? []) where !columns.contains(column) { columns.append(column) }
        var options = DataOptions(schema: request.schema, columns: columns)
        if let words = request.missingWords { options.missingWords = words }
        let table = try DataTable.open(request.data, options: options)
        var rule = Reading()
        var rows = ConditionedRows(condition)
        let reader = try table.makeReader()
        while let block = try reader.next() {
            try rows.add(block) { (block) throws(AssayError) in rule.add(block, of: [label, prediction]) }
            if rule.isDecided { break }
        }
        try rows.finish { (block) throws(AssayError) in rule.add(block, of: [label, prediction]) }
        return try rule.task(label: label)
    }

    /// What was seen of the values so far.
    struct Reading {
        private var numbers: Set<Double> = []
        private var texts: Set<Text> = []
        private var hasFraction = false

        /// Fractions beside more than two values can only be a regression, and other values change nothing then.
        var isDecided: Bool { hasFraction && numbers.count > 2 || texts.count > 2 }

        mutating func add(_ block: RowBlock, of names: [Text]) {
            for column in block.columns where names.contains(column.name) { add(column) }
        }

        mutating func add(_ column: Column) {
            switch column.values {
            case .boolean(let values):
                for row in values.indices where column.isPresent(row) { add(values[row] == 0 ? 0 : 1) }
            case .int64(let values):
                for row in values.indices where column.isPresent(row) { add(Double(values[row])) }
            case .double(let values):
                for row in values.indices where column.isPresent(row) && !values[row].isNaN { add(values[row]) }
            case .timestamp(let values):
                for row in values.indices where column.isPresent(row) { add(Double(values[row])) }
            case .text(let codes, let dictionary):
                var seen: Set<Int32> = []
                for row in codes.indices where column.isPresent(row) && seen.insert(codes[row]).inserted {
                    texts.insert(dictionary[codes[row]])
                }
            }
        }

        private mutating func add(_ value: Double) {
            if value != value.rounded() { hasFraction = true }
            if numbers.count <= TaskRule.classLimit { numbers.insert(value) }
        }

        func task(label: Text) throws(AssayError) -> EvidenceRequest.TaskKind {
            if !texts.isEmpty { return texts.count > 2 ? .multiclass : .binary }
            if numbers.count <= 2 { return .binary }
            if hasFraction { return .regression }
            if numbers.count <= TaskRule.classLimit { return .multiclass }
            throw AssayError(
                .invalidArgument,
                "column \(ValueList.quoted(label)) and its predictions hold more than \(TaskRule.classLimit) whole numbers, "
                    + "which may be classes or amounts; add --task multiclass or --task regression")
        }
    }
}
