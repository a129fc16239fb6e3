package import AssayColumns
import AssayData
package import AssayTerms

/// Computes the checks of a request in one pass over its data.
package enum EvidenceEngine {
    /// - Parameters:
    ///   - scorer: the model that gives predictions; `nil` where the data's own columns do.
    ///   - reference: what `drift.*` compares with; the request's inputs name it.
    ///   - computedAt: RFC 3339, UTC, seconds; no part of the claim.
    ///   - progress: told the rows read so far, after each block.
    /// - Throws: `invalidArgument` for an unknown check or a request that lacks something; whatever is wrong with the
    ///   data, naming file and column.
    package static func compute(
        _ request: EvidenceRequest, scorer: (any BlockScorer)? = nil, reference: DriftProfile? = nil, computedAt: String,
        progress: (Int) -> Void = { _ in }
    ) throws(AssayError) -> Envelope {
        try request.validate(hasModel: scorer != nil)
        let plan = try EvidencePlan(request, modelColumns: scorer?.inputColumns ?? [])
        var options = DataOptions(schema: request.schema, columns: plan.columns)
        options.optionalColumns = plan.optionalColumns
        if let words = request.missingWords { options.missingWords = words }
        let table = try DataTable.open(request.data, options: options)
        var bins = BinEdges(plan.grouping)
        try bins.read(request, condition: plan.condition)
        var rows = ConditionedRows(plan.condition)
        var pass = try EvidencePass(
            request, plan: plan, bins: bins, scorer: scorer, dataColumns: table.columnNames, reference: reference)
        let reader = try table.makeReader()
        while let block = try reader.next() {
            try rows.add(block) { (block) throws(AssayError) in try pass.add(block) }
            progress(block.firstRow + block.rowCount)
        }
        let facts = try reader.finish()
        try rows.finish { (block) throws(AssayError) in try pass.add(block) }
        try pass.finish()

        let results = try results(of: pass, dataColumns: table.columnNames, features: scorer?.features)
        let input = Envelope.Input(
            role: "data", name: request.data.name, digest: facts.digest, rows: facts.rowCount)
        var envelope = Envelope(
            subjects: request.subjects.isEmpty
                ? [Envelope.Subject(name: request.data.name, digest: facts.digest)] : request.subjects,
            engineVersion: AssayVersion.current, computedAt: computedAt,
            provenance: scorer == nil ? .supplied : .recomputed, inputs: [input] + request.inputs,
            parameters: parameters(of: request, pass: pass), results: results)
        envelope.scorer = scorer?.origin
        return envelope
    }

    /// The results of a request over rows that are in memory already; they have the columns the request names.
    ///
    /// - Throws: as `compute`.
    package static func results(
        of request: EvidenceRequest, blocks: [RowBlock], scorer: (any BlockScorer)? = nil, reference: DriftProfile? = nil
    ) throws(AssayError) -> [CheckResult] {
        let pass = try pass(of: request, blocks: blocks, scorer: scorer, reference: reference)
        return try results(of: pass, dataColumns: blocks.first?.columns.map(\.name) ?? [], features: scorer?.features)
    }

    /// All rows, counted.
    static func pass(
        of request: EvidenceRequest, blocks: [RowBlock], scorer: (any BlockScorer)?, reference: DriftProfile?
    ) throws(AssayError) -> EvidencePass {
        try request.validate(hasModel: scorer != nil)
        let plan = try EvidencePlan(request, modelColumns: scorer?.inputColumns ?? [])
        let names = blocks.first?.columns.map(\.name) ?? []
        var bins = BinEdges(plan.grouping)
        let blocks = try plan.condition.map { (condition) throws(AssayError) in try conditioned(blocks, condition) } ?? blocks
        for block in blocks { try bins.add(block) }
        bins.finish()
        var pass = try EvidencePass(request, plan: plan, bins: bins, scorer: scorer, dataColumns: names, reference: reference)
        for block in blocks { try pass.add(block) }
        try pass.finish()
        return pass
    }

    static func conditioned(_ blocks: [RowBlock], _ condition: RowCondition) throws(AssayError) -> [RowBlock] {
        var rows = ConditionedRows(condition)
        var kept: [RowBlock] = []
        for block in blocks { try rows.add(block) { kept.append($0) } }
        try rows.finish { kept.append($0) }
        return kept
    }

    private static func results(
        of pass: EvidencePass, dataColumns: [Text], features: [Text]?
    ) throws(AssayError) -> [CheckResult] {
        let evaluator = CheckEvaluator(pass: pass, dataColumns: dataColumns, features: features)
        var results: [CheckResult] = []
        for check in pass.request.checks { results.append(try evaluator.result(of: check)) }
        return results
    }

    /// All that decides a number, as it was decided.
    private static func parameters(
        of request: EvidenceRequest, pass: EvidencePass
    ) -> [Text: Envelope.Parameter] {
        var parameters: [Text: Envelope.Parameter] = [:]
        func set(_ name: Text, _ text: Text?) { parameters[name] = text.map { .text($0) } }
        set("label", request.label)
        set("prediction", request.prediction)
        set("score", request.score)
        set("weight", request.weight)
        set("rows", request.rows)
        set("against_prediction", request.againstPrediction)
        set("against_score", request.againstScore)
        if !request.classScores.isEmpty {
            parameters["scores"] = .list(request.classScores.map { .text(Text("\($0.name)=\($0.column)")) })
        }
        if !request.labels.isEmpty {
            parameters["labels"] = .list(request.labels.map { .text($0) })
            parameters["predictions"] = .list(request.predictions.map { .text($0) })
        }
        set("positive", pass.positive?.name)
        set("missing_group", request.missingGroup)
        if request.outcome == .label { set("outcome", "label") }
        set("thresholds", request.thresholds.map { Text("sha256:\($0.digest.hex)") })
        set("thresholds_key", request.thresholds?.key)
        if request.prediction == nil, request.score != nil, request.thresholds == nil { parameters["cutoff"] = .number(request.cutoff) }
        set("task", request.task.map { Text($0.rawValue) })
        if request.curves { parameters["curves"] = .flag(true) }
        if !request.control.isEmpty { parameters["control"] = .list(request.control.map { .text($0) }) }
        if !pass.plan.sensitive.isEmpty { parameters["sensitive"] = .list(pass.plan.sensitive.map { .text($0) }) }
        if !pass.bins.edges.isEmpty {
            parameters["bins"] = .object(pass.bins.edges.mapValues { .list($0.map { .number($0) }) })
        }
        if let words = request.missingWords { parameters["missing"] = .list(words.map { .text($0) }) }
        if !request.schema.types.isEmpty {
            let types = request.schema.types.sorted { $0.key < $1.key }
            parameters["schema"] = .list(types.map { .text(Text("\($0.key): \($0.value.rawValue)")) })
        }
        return parameters
    }
}
