import ArgumentParser
import AssayColumns
import AssayExplain
import AssayModels
import AssayTerms

/// Where explained rows are written.
extension ExplainCommand {
    /// Numbers of rows to draw.
    func wantedRows() throws -> [Int] {
        guard let reportRows else { return [0, 1, 2] }
        let numbers = reportRows.split(separator: ",", omittingEmptySubsequences: false).map { Int($0.filter { $0 != " " }) }
        guard numbers.allSatisfy({ $0.map { $0 >= 0 } ?? false }), numbers.count <= ExplainSample.chosenLimit else {
            throw ValidationError("--report-rows is a list of at most \(ExplainSample.chosenLimit) whole numbers from 0: 0,17,203")
        }
        return numbers.compactMap { $0 }
    }

    func file(_ form: ModelForm, _ explainer: RowExplainer, _ tally: ReasonTally?) throws(AssayError) -> ExplainOutput? {
        guard let output else { return nil }
        let classes = form.classes.map { classes in (0..<classes.count).map { classes.text($0) } } ?? []
        let table = ExplainTable(
            classes: explainer.baseCount > 1 ? classes : [], featureNames: explainer.players.names, hasResiduals: explainer.keepsResiduals,
            reasonLimit: tally?.table.codes.limit, predictionType: form.classes?.column(named: "prediction", classes: []).type ?? .double)
        return try ExplainOutput(
            path: output, table: table, form: form, wanted: (try? wantedRows()) ?? [], isNamed: reportRows != nil, seed: UInt64(kernel.seed))
    }

    /// - Throws: `invalidArgument` for what the attributions asked for cannot be made into.
    func requireFitting(_ explainer: RowExplainer) throws(AssayError) {
        guard reasons == nil || (!explainer.players.hasGroups && attribution.outputSpace != .logLoss) else {
            throw AssayError(.invalidArgument, "reasons are made of each input's attributions to the score; leave --group and log-loss out with --reasons")
        }
        guard !attribution.interactions || !(output.map { $0.hasSuffix(".csv") || $0.hasSuffix(".parquet") } ?? false) else {
            throw AssayError(.invalidArgument, "interaction values are matrices, which no column holds; write .jsonl")
        }
    }
}
