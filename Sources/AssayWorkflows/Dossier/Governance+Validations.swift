package import AssayJSON
import AssayStore
package import AssayTerms

/// When a model was validated, until when that holds, and what asks for it anew before.
///
/// A model is due for validation once the period of its newest validation is over, and at once when somebody records a trigger or a
/// serious incident is open. While it is due no version of it enters a gated place; nothing is taken from where it is.
extension Governance {
    package enum ValidationType {
        package static let validation: Text = "validation"
        package static let trigger: Text = "trigger"
    }

    package enum ValidationState {
        package static let standing: Text = "standing"
        package static let open: Text = "open"
        package static let settled: Text = "settled"
    }

    /// What asks for a validation before its time.
    package static let triggers = ["code", "data", "drift", "exposure", "fairness", "incident", "law", "performance", "purpose", "vendor"]
    /// Months until the next one where nobody says: of every tier the shortest period that is usual.
    static let validationMonths: Int64 = 12

    private static let validationForm = PaperForm(
        "A validation",
        [
            .init("opinion", .text(PaperForm.documentLimit), isRequired: true, "what was looked at, and what it came to"),
            .init("next", .time, "when the next one is due"),
            .init("evidence", .text(PaperForm.lineLimit), "where it is shown: a report, a record, a claim"),
        ])

    private static let triggerForm = PaperForm(
        "A trigger",
        [
            .init("trigger", .word(triggers), isRequired: true, "what happened"),
            .init("text", .text(PaperForm.documentLimit), isRequired: true, "what exactly, and where it is shown"),
        ])

    /// How a model stands: its newest validation, and every reason why it is to be validated anew.
    package struct ValidationStanding: Sendable {
        package let model: Text
        package let newest: Paper?
        /// Milliseconds since 1970; `nil` for a model that was never validated.
        package let next: Int64?
        package let reasons: [String]
    }

    /// Records that a model was validated by somebody who did not make it. What asked for it is settled.
    ///
    /// - Throws: `permissionDenied` for authors and people who may not approve; `invalidArgument` for a next date that is not ahead.
    package func recordValidation(ofModel name: Text, _ members: JSONObject, by principal: Principal) async throws -> Paper {
        let address = try PaperAddress(model: name)
        try requireSigner(principal, .approve, about: address, for: "A validation")
        return try await store.write { tx in
            let subject = try address.subject(tx)
            guard try !self.authors(of: subject, tx).contains(Text(principal.id)) else {
                throw AssayError(.permissionDenied, "\(principal.name) made a version of \(name); somebody independent has to validate it.")
            }
            var content = try Self.validationForm.read(members) { try self.person(named: $0, tx) }
            let next = try content["next"]?.string.map { try UseCases.moment(Text($0)) }
                ?? CalendarMonths.adding(Self.validationMonths, to: self.now)
            guard let next, next > self.now else { throw AssayError(.invalidArgument, "'next' is a time ahead.") }
            content["next"] = .string(Self.time(next))
            for earlier in try tx.papers(PaperQuery(.validation, modelID: subject.modelID, isInForce: true)) {
                _ = try self.revise(
                    Paper(earlier, tx), state: ValidationState.settled, isInForce: false, event: "settled", by: principal, tx)
            }
            return try self.insert(
                .validation, type: ValidationType.validation, about: subject, state: ValidationState.standing, content, event: "made",
                by: principal, tx)
        }
    }

    /// Records that something happened which asks for a validation before its time.
    ///
    /// - Throws: `permissionDenied` for nobody named; `invalidArgument` for a wrong form.
    package func recordTrigger(ofModel name: Text, _ members: JSONObject, by principal: Principal) async throws -> Paper {
        let address = try PaperAddress(model: name)
        try requireSigner(principal, .attest, about: address, for: "A trigger")
        return try await store.write { tx in
            let content = try Self.triggerForm.read(members) { try self.person(named: $0, tx) }
            return try self.insert(
                .validation, type: ValidationType.trigger, about: address.subject(tx), state: ValidationState.open, content,
                event: "triggered", by: principal, tx)
        }
    }

    /// How models stand at `moment`: one of them, or all that may be seen.
    ///
    /// - Throws: `notFound` for the model.
    package func validationStandings(ofModel name: Text?, at moment: Int64) async throws -> [ValidationStanding] {
        try await store.read { tx in
            let models = try name.map { [try tx.existingModel(named: $0)] }
                ?? tx.searchRegisteredModels(SearchQuery(limit: PaperQuery.largestLimit), prompts: false).items
            return try models.map { model in
                let papers = try tx.papersInForce(modelID: model.id, manifest: nil).map { try Paper($0, tx) }
                return try Self.standing(of: model.name, papers, at: moment)
            }
        }
    }

    /// - Parameter papers: those in force about the model.
    static func standing(of model: Text, _ papers: [Paper], at moment: Int64) throws(AssayError) -> ValidationStanding {
        let validations = papers.filter { $0.record.kind == .validation }
        let newest = validations.last { $0.record.type == ValidationType.validation }
        var reasons: [String] = []
        let next = newest?.milliseconds("next")
        if let newest {
            guard let next else { throw corrupt(newest) }
            if next <= moment { reasons.append("its validation was due by \(newest.text("next") ?? "")") }
        }
        for trigger in validations where trigger.record.type == ValidationType.trigger && trigger.record.madeMilliseconds <= moment {
            reasons.append("\(trigger.text("trigger") ?? "?") (\(trigger.record.id))")
        }
        for incident in papers where incident.record.kind == .incident && incident.record.madeMilliseconds <= moment {
            guard let severity = incident.text("severity").flatMap(Severity.init), severity >= .high else { continue }
            reasons.append("an incident that is \(severity.rawValue) is open (\(incident.record.id))")
        }
        return ValidationStanding(model: model, newest: newest, next: next, reasons: reasons)
    }
}
