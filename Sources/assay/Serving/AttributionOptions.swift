import ArgumentParser
import AssayColumns
import AssayExplain
import AssayModels
import AssayTerms

extension TreeSpace: ExpressibleByArgument {}

/// Whom attributions are given to, and of what.
struct AttributionOptions: ParsableArguments {
    @Option(
        name: .customLong("group"),
        help: ArgumentHelp("Columns explained as one, as NAME=COLUMN,COLUMN; can be repeated (a comma in a name is \\,).", valueName: "group"))
    var groups: [String] = []

    @Flag(help: "Interaction values of each pair of columns too, for each row.")
    var interactions = false

    @Option(
        help: ArgumentHelp(
            "margin, what the model adds up; probability or response, what it answers; log-loss, the loss of each row's --label.", valueName: "space"))
    var outputSpace: TreeSpace?

    @Option(help: ArgumentHelp("The column with each row's class, for log-loss.", valueName: "column"))
    var label: String?

    func validate() throws {
        guard (outputSpace == .logLoss) == (label != nil) else {
            throw ValidationError(
                label == nil ? "--output-space log-loss is the loss of each row's label; add --label COLUMN." : "--label belongs to --output-space log-loss.")
        }
        for group in groups where Self.group(group) == nil { throw ValidationError("--group is NAME=COLUMN,COLUMN; '\(group)' is not.") }
    }

    /// `nil` for what is none.
    private static func group(_ text: String) -> (name: Text, columns: [Text])? {
        let parts = text.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, !text.hasPrefix("=") else { return nil }
        let columns = ColumnList.texts(String(parts[1]))
        return columns.contains("") ? nil : (Text(String(parts[0])), columns)
    }

    /// - Throws: `invalidArgument` for groups that do not fit the columns.
    func players(_ inputs: [Text]) throws(AssayError) -> Players {
        try Players(inputs: inputs, groups: groups.compactMap(Self.group))
    }

    /// Of each row whether its label is the second class; `nil` where no loss is explained.
    ///
    /// - Throws: `invalidArgument` for a column that is not there and for a value that is none of the classes.
    func labels(_ block: RowBlock, _ form: ModelForm) throws(AssayError) -> [Bool]? {
        guard let label else { return nil }
        guard let column = block[Text(label)] else {
            throw AssayError(.invalidArgument, "the data has no column '\(label)', which --label names")
        }
        guard let classes = form.classes?.values, classes.count == 2 else {
            throw AssayError(.unsupported, "the loss is explained of models with two classes")
        }
        var labels: [Bool] = []
        labels.reserveCapacity(block.rowCount)
        for row in 0..<block.rowCount {
            guard let value = column.value(at: row), let place = classes.firstIndex(of: value) else {
                throw AssayError(
                    .invalidArgument,
                    "column '\(label)' has a row \(column.value(at: row) == nil ? "without a class" : "whose value is neither of the model's two classes")")
            }
            labels.append(place == 1)
        }
        return labels
    }
}
