package import AssayExplain
import AssayColumns
import AssayData
import AssayJSON
package import AssayModels
package import AssayTerms

/// The scoring endpoints over one model: bytes in, bytes out, no HTTP library.
///
/// Every method blocks while it computes, and `invocations` with a CSV or Parquet body also while Arrow reads; call them
/// from threads of your own, not from Swift's cooperative pool.
package struct ScoringService: Sendable {
    /// What an answer contains and which requests are taken.
    package struct Options: Sendable {
        /// MLflow's errors for `{"data": …}` and rows without names.
        package var isStrict: Bool
        package var explains: Bool
        /// Columns of requests that are no inputs and are handed on with what was scored, where they are there.
        package var furtherColumns: [Text]
        /// Adds what requests do not bring; `nil` where they bring everything.
        package var features: FeatureFiller?
        /// What explained rows are given reasons by; `nil` without a table.
        package var reasons: ReasonTable?

        package init(
            isStrict: Bool = false, explains: Bool = true, furtherColumns: [Text] = [], features: FeatureFiller? = nil, reasons: ReasonTable? = nil
        ) {
            self.reasons = reasons
            self.features = features
            self.isStrict = isStrict
            self.explains = explains
            self.furtherColumns = furtherColumns
        }
    }

    package var form: ModelForm { predictor.form }
    private let predictor: any RowPredictor
    private let binder: InputBinder
    /// `nil` without a rule.
    private let ruleBinder: RuleBinder?
    private let furtherBinder: FurtherBinder?
    package let features: FeatureFiller?
    private let reader: PayloadReader
    private(set) var writer: AnswerWriter

    /// - Parameters:
    ///   - explaining: how answers are explained, where the options say that they are.
    ///   - rule: what decides from the model's probabilities; `nil` leaves that to the model.
    package init(
        predictor: any RowPredictor, explaining: Explaining = .nothing, options: Options = Options(), rule: (any DecisionRule)? = nil
    ) {
        self.predictor = predictor
        let form = predictor.form
        binder = InputBinder(form: form, isStrict: options.isStrict)
        reader = PayloadReader(isStrict: options.isStrict, signatureNames: form.signature?.inputs?.columnNames)
        ruleBinder = rule.map { RuleBinder(rule: $0, form: form) }
        features = options.features
        let asked = options.features?.asked.map(\.name) ?? []
        let further = options.furtherColumns.filter { !asked.contains($0) }
        furtherBinder = further.isEmpty ? nil : FurtherBinder(columns: further, inputs: form.inputs)
        writer = AnswerWriter(predictor: predictor, rule: rule, explaining: options.explains ? explaining : .nothing, reasons: options.reasons)
    }

    /// The same without explanations.
    package var plain: ScoringService {
        var other = self
        other.writer = writer.unexplained
        return other
    }

    /// The same without anything of why an answer is what it is, the model's own reason codes neither.
    package var silent: ScoringService {
        var other = plain
        other.writer.tellsReasonCodes = false
        return other
    }

    /// Whether answers carry explanations.
    package var isExplained: Bool { writer.isExplained }

    /// How many reasons of the model's own a row can have; 0 for one that gives none.
    package var reasonCount: Int { writer.reasonCount }

    /// Whether answers with explanations carry reasons by a table.
    package var givesReasons: Bool { reasonTable != nil }

    /// The digest of that table; `nil` where answers carry no reasons.
    package var reasonTable: SHA256Digest? { isExplained ? writer.reasons?.digest : nil }

    /// `POST /invocations`.
    ///
    /// - Parameters:
    ///   - meter: learns how many rows are asked about, and refuses too many.
    ///   - rules: what answers are held against.
    ///   - isAsked: whether the request asks for explanations, whatever they cost.
    package func invocations(
        _ body: [UInt8], contentType: String?, meter: RequestMeter? = nil, rules: RuleBook? = nil, isAsked: Bool = false
    ) -> ServingAnswer {
        answer { () throws(ServingFailure) in
            let blocks: [BoundRows]
            var parameters: JSONValue?
            switch try ContentType(contentType) {
            case .json:
                let request = try reader.read(body)
                parameters = try ParameterCheck(form.signature?.parameters ?? []).check(request.parameters)
                blocks = [try bind(request.table, by: binder, rules: rules)]
            case .csv:
                blocks = try self.blocks(body, as: .csv, rules)
            case .parquet:
                blocks = try self.blocks(body, as: .parquet, rules)
            }
            let rowCount = blocks.reduce(0) { $0 + $1.inputs.rowCount }
            let omission = isAsked || rules?.needsExplanation ?? false ? nil : writer.omission(rowCount: rowCount)
            try meter?.take(rowCount, isExplained: writer.isExplained && omission == nil)
            return try told { () throws in
                let (value, scored) = try writer.invocations(blocks, parameters: parameters, rules: rules, omission: omission)
                return (value, scored)
            }
        }
    }

    /// The answer that `body` makes, with what was scored.
    private func told(_ body: () throws -> (JSONValue, [ScoredRows])) throws(ServingFailure) -> ServingAnswer {
        do {
            let (value, scored) = try body()
            var answer = ServingAnswer.json(value)
            answer.scored = scored
            return answer
        } catch let refusal as RuleRefusal {
            throw .refused(refusal)
        } catch let error as AssayError {
            throw .model(error)
        } catch {
            throw .model(AssayError(.internalFault, "an answer failed in a way that is not known", cause: error))
        }
    }

    /// `POST /predict` with `{"features": [one row]}` or `{"features": {column: value}}`.
    package func predict(_ body: [UInt8], contentType: String?, meter: RequestMeter? = nil, rules: RuleBook? = nil) -> ServingAnswer {
        answer { () throws(ServingFailure) in
            guard case .json = try ContentType(contentType) else {
                throw .mediaType("/predict takes application/json.")
            }
            guard let features = try PayloadReader.json(body)["features"] else {
                throw .badRequest("Invalid input. The input must be a JSON dictionary with the field 'features', one row.")
            }
            let table: PayloadTable
            if let row = features.array {
                guard row.allSatisfy({ $0.array == nil && $0.object == nil }) else {
                    throw .badRequest("Invalid input. 'features' is one row; send several to /invocations.")
                }
                table = PayloadTable(names: nil, columns: row.map { [$0] }, rowCount: 1)
            } else if let row = features.object {
                table = PayloadTable(
                    names: row.members.map { Text($0.name) }, columns: row.members.map { [$0.value] }, rowCount: 1)
            } else {
                throw .badRequest("Invalid input. 'features' is neither a list of values nor a dictionary.")
            }
            // This endpoint is ours, so rows without names are always taken.
            let block = try bind(table, by: InputBinder(form: form, isStrict: false), rules: rules)
            try meter?.take(1, isExplained: writer.isExplained)
            return try told { () throws in
                let (value, scored) = try writer.single(block, rules: rules)
                return (value, [scored])
            }
        }
    }

    /// `GET /ping` and `GET /health`: a line feed, as MLflow's scoring server answers, or why nothing is scored at this moment.
    package func ping() -> ServingAnswer {
        answer { () throws(ServingFailure) in
            do throws(AssayError) {
                try predictor.requireReady()
                try features?.requireReady()
            } catch {
                throw .model(error)
            }
            return ServingAnswer(status: 200, contentType: "application/json", body: [0x0a])
        }
    }

    /// What rows have to bring: the model's inputs without those that are filled in.
    package var requestForm: ModelForm { features.map { form.asking(without: $0.filled) } ?? form }

    func bind(_ sent: PayloadTable, by binder: InputBinder, rules: RuleBook?) throws(ServingFailure) -> BoundRows {
        var table = sent
        var mark: FeatureMark?
        if let features { (table, mark) = try features.fill(sent, now: SystemClock.microseconds()) }
        return BoundRows(
            inputs: try binder.bind(table), own: try ruleBinder?.bind(table), further: furtherBinder?.bind(table), mark: mark,
            judged: judgedBinder(rules)?.bind(table))
    }

    /// Finds what rules look at and the model does not read; `nil` where that is nothing.
    private func judgedBinder(_ rules: RuleBook?) -> FurtherBinder? {
        guard let names = rules?.requestColumns, !names.isEmpty else { return nil }
        let binder = FurtherBinder(columns: names, inputs: form.inputs)
        return binder.columns.isEmpty ? nil : binder
    }

    private func blocks(_ body: [UInt8], as format: DataFormat, _ rules: RuleBook?) throws(ServingFailure) -> [BoundRows] {
        let inputs = try TableBody(form: requestForm, further: features).blocks(body, as: format)
        var rows: [BoundRows] = []
        let now = SystemClock.microseconds()
        for block in inputs {
            guard let features else {
                rows.append(BoundRows(inputs: block))
                continue
            }
            let (filled, mark) = try features.fill(block, now: now)
            rows.append(BoundRows(inputs: filled, mark: mark))
        }
        if let own = try ruleBinder?.blocks(body, as: format) {
            guard own.map(\.rowCount) == inputs.map(\.rowCount) else {
                throw .model(AssayError(.internalFault, "a body was read in blocks of other sizes the second time"))
            }
            for (place, block) in own.enumerated() { rows[place].own = block }
        }
        let further = furtherBinder?.blocks(body, as: format) ?? []
        if further.map(\.rowCount) == inputs.map(\.rowCount) {
            for (place, block) in further.enumerated() { rows[place].further = block }
        }
        let judged = judgedBinder(rules)?.blocks(body, as: format) ?? []
        if judged.map(\.rowCount) == inputs.map(\.rowCount) {
            for (place, block) in judged.enumerated() { rows[place].judged = block }
        }
        return rows
    }

    private func answer(_ body: () throws(ServingFailure) -> ServingAnswer) -> ServingAnswer {
        do {
            return try body()
        } catch {
            return error.answer
        }
    }
}
