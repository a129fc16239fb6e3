import AssayColumns
import AssayData
import AssayMetrics
package import AssayTerms

/// Compares two data sets column by column.
package enum DriftEngine {
    package struct Outcome: Sendable {
        package private(set) var envelope: Envelope
        /// Whether the data set drifted by the request's rule.
        package let isDrift: Bool
        /// Whether anything could be judged at all.
        package var isJudged: Bool {
            envelope.results.contains { $0.details["drifted"] != nil && $0.id != "drift.dataset" }
        }
        package let columns: [Column]

        /// Adds what was estimated of the same two data sets. It informs, and decides nothing.
        package mutating func add(_ estimates: [CheckResult], of request: EstimationRequest) {
            envelope.results += estimates
            envelope.parameters["estimate"] = .text(Text(request.method.rawValue))
            envelope.parameters["label"] = .text(request.label)
            if request.method == .cbpe { envelope.parameters["calibration"] = .text(Text(request.calibration.rawValue)) }
            if let score = request.score { envelope.parameters["score"] = .text(score) }
            if !request.classScores.isEmpty {
                envelope.parameters["score"] = .list(request.classScores.map { .text(Text("\($0.name)=\($0.column)")) })
            }
            if let prediction = request.prediction {
                envelope.parameters["prediction"] = .text(prediction)
            } else if request.score != nil {
                envelope.parameters["cutoff"] = .number(request.cutoff)
            }
            if let positive = request.positive { envelope.parameters["positive"] = .text(positive) }
        }
    }

    /// What was found of one column; for people.
    package struct Column: Sendable {
        package let name: Text
        /// `nil` where nothing could be judged.
        package let isDrift: Bool?
        package let results: [CheckResult]
        /// For drawing; `nil` where nothing can be drawn, and where it was not asked for.
        package let distribution: DriftDistribution?
    }

    /// What a result of this id says, in one sentence; `nil` where it is none of drift's.
    package static func sentence(of id: String) -> String? { DriftDescriptors.sentence(of: id) }

    /// Both files are read at once, and columns are judged on all cores; the results do not depend on how many there are.
    ///
    /// - Parameters:
    ///   - computedAt: RFC 3339, UTC, seconds; no part of the claim.
    ///   - progress: told the rows read so far of the current data.
    /// - Throws: `invalidArgument` for a request that cannot be met; whatever is wrong with the data, naming file and
    ///   column.
    package static func compute(
        _ request: DriftRequest, computedAt: String, progress: (Int) -> Void = { _ in }
    ) throws(AssayError) -> Outcome {
        try request.validate()
        var options = DataOptions(schema: request.schema)
        if let words = request.missingWords { options.missingWords = words }
        let keepsOrder = request.mode == .evidently && request.method == .totalVariation
        let wish = try wish(request, options)
        @Sendable func read(
            _ file: DataFile, options: DataOptions, progress: (Int) -> Void
        ) throws(AssayError) -> DriftData {
            try DriftData.read(
                file, columns: request.columns, options: options, categoryLimit: request.categoryLimit,
                keepsOrder: keepsOrder, rows: wish, progress: progress)
        }
        let (reference, current) = try OwnThread.both(
            { [options] () throws(AssayError) in
                switch request.reference {
                case .data(let file): try read(file, options: options) { _ in }
                case .profile(let profile, let name, let digest):
                    try profile.data(name: name, digest: digest, columns: request.columns)
                }
            },
            { () throws(AssayError) in try read(request.current, options: options, progress: progress) })
        return try compare(reference, current, request, computedAt: computedAt)
    }

    /// What is to be collected row by row: of whole rows those columns that both data sets have, without label and
    /// prediction and without times.
    private static func wish(_ request: DriftRequest, _ options: DataOptions) throws(AssayError) -> DriftRows.Wish? {
        let samples = request.comparesRows || request.classifiesRows
        guard request.label != nil && request.prediction != nil || samples else { return nil }
        var wish = DriftRows.Wish(label: request.label, prediction: request.prediction, seed: request.seed)
        wish.comparesRows = request.comparesRows
        wish.classifiesRows = request.classifiesRows
        guard samples, case .data(let reference) = request.reference else { return wish }
        var options = options
        options.columns = request.columns
        var shared: [Text]?
        for file in [reference, request.current] {
            guard case .path(let path) = file.source else {
                throw AssayError(.unsupported, "whole rows are compared of files by path only")
            }
            let columns = try DataTable.open(path: path, options: options).columns
            let usable = columns.filter { $0.type != .timestamp }.map(\.name)
            shared = shared.map { $0.filter(usable.contains) } ?? usable
        }
        wish.sampled = (shared ?? []).filter { $0 != request.label && $0 != request.prediction }
        return wish
    }

    /// Compares what was read.
    static func compare(
        _ reference: DriftData, _ current: DriftData, _ request: DriftRequest, computedAt: String
    ) throws(AssayError) -> Outcome {
        var sides: [(reference: DriftSide, current: DriftSide)] = []
        for side in reference.sides {
            if let other = current.sides.first(where: { $0.name == side.name }) { sides.append((side, other)) }
        }
        guard !sides.isEmpty else {
            throw AssayError(.invalidArgument, "\(reference.name) and \(current.name) have no column in common")
        }
        let rowDrifts = rowDrifts(reference, current, request)
        let (columns, rowResults): ([Column], [CheckResult]) =
            switch request.mode {
            case .evidently: (try evidentlyColumns(sides, request), [])
            case .strict: try strictColumns(sides, rowDrifts, request)
            }
        let judged = columns.filter { $0.isDrift != nil }
        let drifted = judged.count { $0.isDrift == true }
        let share = judged.isEmpty ? nil : Double(drifted) / Double(judged.count)
        let limit = request.share ?? (request.mode == .evidently ? 0.5 : nil)
        let rowsDrift = rowResults.contains { $0.details["drifted"] == .flag(true) }
        let columnsDrift = if let share, let limit { share >= limit } else { drifted > 0 }
        let isDrift = columnsDrift || rowsDrift
        var verdict = CheckResult(
            descriptor: DriftDescriptors.dataset(request.mode), value: share, rows: reference.rowCount + current.rowCount,
            undefined: share == nil ? "no column could be judged" : nil)
        verdict.details = [
            "mode": .text(Text(request.mode.rawValue)), "columns": .integer(Int64(judged.count)),
            "drifted_columns": .integer(Int64(drifted)), "drifted": .flag(isDrift),
        ]
        if let limit { verdict.details["share_threshold"] = .number(limit) }
        if request.columns == nil {
            let names = (Set(reference.columnNames), Set(current.columnNames))
            verdict.details["only_in_reference"] = list(reference.columnNames.filter { !names.1.contains($0) })
            verdict.details["only_in_current"] = list(current.columnNames.filter { !names.0.contains($0) })
        }
        let envelope = Envelope(
            subjects: [Envelope.Subject(name: current.name, digest: current.digest)],
            engineVersion: AssayVersion.current, computedAt: computedAt, provenance: .supplied,
            inputs: [
                Envelope.Input(
                    role: "reference", name: reference.name, digest: reference.digest, rows: reference.rowCount),
                Envelope.Input(role: "data", name: current.name, digest: current.digest, rows: current.rowCount),
            ],
            parameters: parameters(of: request), results: [verdict] + rowResults + columns.flatMap(\.results))
        return Outcome(envelope: envelope, isDrift: isDrift, columns: columns)
    }

    private static func list(_ names: [Text]) -> Envelope.Parameter? {
        names.isEmpty ? nil : .list(names.map { .text($0) })
    }

    private static func evidentlyColumns(
        _ sides: [(reference: DriftSide, current: DriftSide)], _ request: DriftRequest
    ) throws(AssayError) -> [Column] {
        let columns = try OwnThread.map(count: sides.count) { index throws(AssayError) -> Column? in
            let pair = try DriftPair(reference: sides[index].reference, current: sides[index].current)
            guard let answer = EvidentlyRule.answer(pair, request) else { return nil }
            return Column(
                name: pair.name, isDrift: answer.isDrift,
                results: [DriftDescriptors.result(of: answer, pair.facts, request.mode)],
                distribution: request.collectsDistributions ? DriftDistribution(pair) : nil)
        }
        return columns.compactMap { $0 }
    }

    private static func rowDrifts(_ reference: DriftData, _ current: DriftData, _ request: DriftRequest) -> [RowDrift] {
        guard let left = reference.rows, let right = current.rows else { return [] }
        var drifts: [RowDrift] = []
        if request.label != nil, request.prediction != nil { drifts.append(RowDrift.conceptDrift(left, right)) }
        if request.comparesRows { drifts.append(RowDrift.multivariateDrift(left, right, seed: request.seed)) }
        if request.classifiesRows { drifts += RowDrift.classifiers(left, right) }
        return drifts
    }

    private static func strictColumns(
        _ sides: [(reference: DriftSide, current: DriftSide)], _ rowDrifts: [RowDrift], _ request: DriftRequest
    ) throws(AssayError) -> ([Column], [CheckResult]) {
        let rule = StrictRule(request)
        let examined = try OwnThread.map(count: sides.count) { index throws(AssayError) in
            rule.examine(try DriftPair(reference: sides[index].reference, current: sides[index].current))
        }
        let (judged, adjusted) = rule.decide(examined, others: rowDrifts.compactMap(\.pValue))
        let tests = judged.flatMap(\.answers).count { $0.details["adjusted_p_value"] != nil }
            + judged.count { $0.missing != nil } + adjusted.count
        var remaining = adjusted[...]
        let rowResults = rowDrifts.map { drift in
            drift.result(adjusted: drift.pValue == nil ? nil : remaining.popFirst(), tests: tests, rate: request.rate)
        }
        let columns = judged.map { judged in
            var results = judged.answers.map { DriftDescriptors.result(of: $0, judged.facts, request.mode) }
            if let missing = judged.missing {
                results.append(DriftDescriptors.missing(missing, judged.facts))
            }
            let own = rowResults.filter { $0.column == judged.facts.name }
            results += own
            let ownVerdict = own.compactMap { $0.details["drifted"] }.first.map { $0 == .flag(true) }
            let role = judged.facts.name == request.label ? "label" : judged.facts.name == request.prediction ? "prediction" : nil
            if let role { for index in results.indices { results[index].details["role"] = .text(Text(role)) } }
            return Column(
                name: judged.facts.name, isDrift: judged.isJudged ? judged.isDrift || ownVerdict == true : ownVerdict, results: results,
                distribution: judged.distribution)
        }
        return (columns, rowResults.filter { $0.column == nil })
    }

    private static func parameters(of request: DriftRequest) -> [Text: Envelope.Parameter] {
        var parameters: [Text: Envelope.Parameter] = ["mode": .text(Text(request.mode.rawValue))]
        if let method = request.method { parameters["method"] = .text(Text(method.rawValue)) }
        if let threshold = request.threshold { parameters["threshold"] = .number(threshold) }
        if let columns = request.columns { parameters["columns"] = .list(columns.map { .text($0) }) }
        if let share = request.share { parameters["drift_share"] = .number(share) }
        if request.mode == .strict {
            parameters["rate"] = .number(request.rate)
            parameters["bins"] = .integer(Int64(request.binCount))
        }
        if let label = request.label { parameters["label"] = .text(label) }
        if let prediction = request.prediction { parameters["prediction"] = .text(prediction) }
        if request.comparesRows { parameters["multivariate"] = .flag(true) }
        if request.classifiesRows { parameters["domain_classifier"] = .flag(true) }
        if request.method == .meanDiscrepancy || request.comparesRows || request.classifiesRows { parameters["seed"] = .text(Text(String(request.seed))) }
        if let words = request.missingWords { parameters["missing"] = .list(words.map { .text($0) }) }
        if !request.schema.types.isEmpty {
            let types = request.schema.types.sorted { $0.key < $1.key }
            parameters["schema"] = .list(types.map { .text(Text("\($0.key): \($0.value.rawValue)")) })
        }
        return parameters
    }
}
