import AssayCanonical
import AssayJSON
import AssayPolicy
package import AssayStore
package import AssayTerms

/// What models are used for, and of which class and tier that makes them.
extension UseCases {
    /// What became of a classification.
    package struct Classification: Sendable {
        package let model: Text
        /// As it stands; `nil` where the model has none yet.
        package let standing: ClassificationRecord?
        /// What waits for a second person.
        package let waiting: Proposal?
    }

    /// Classifies the use of a model by somebody's answers.
    ///
    /// It counts at once where the actor may classify the model and asks for no less on either axis than was last asked for;
    /// the first time, only if they have made no version and may make none. Otherwise it waits for a second person. The same
    /// answers again change nothing.
    ///
    /// - Parameter source: the file of answers, UTF-8.
    /// - Throws: `permissionDenied` for nobody named and for people who may neither classify nor propose; `invalidArgument`
    ///   listing what is wrong with the answers, or which are missing; `notFound` for no such model; `conflict` if easing a
    ///   prohibited use takes somebody else and there is nobody.
    package func classify(model name: Text, answers source: [UInt8], by actor: Principal) async throws -> Classification {
        try Self.requirePerson(actor)
        try refuseInDoubt("A classification")
        return try await store.write { tx in
            let questionnaire = try questionnaire(in: tx)
            let answers = try Self.answers(source, to: questionnaire)
            let outcome = try Self.complete(questionnaire.evaluate(answers.answers))
            let model = try tx.existingModel(named: name)
            let draft = ClassificationDraft(modelID: model.id, answers: answers, outcome: outcome, of: questionnaire)
            let said = try tx.classifications(modelID: model.id)
            if let last = said.first, last.result?.questionnaireDigest == questionnaire.digest,
                last.content == (try Self.content(of: draft, outcome))
            {
                return Classification(model: name, standing: last, waiting: nil)
            }
            let mayDecide = actor.reach(.classifyModel).admits(model: model.name, id: model.id)
            let before = said.first { $0.result != nil }
            // Whoever may register could make the versions afterwards.
            let mayMake = actor.reach(.register).admits(model: model.name, id: model.id, isShared: actor.hasShares)
            let eases = try before.map { Self.eases(outcome, $0) } ?? (mayMake || Self.hasMade(actor.id, model, in: tx))
            var waiting: Proposal?
            if eases || !mayDecide {
                if eases, before?.heldTier?.string == Tier.prohibited.rawValue {
                    try Self.requireSecondPerson(beside: actor, in: tx)
                }
                waiting = try changeOrPropose(.classifyModel(draft), by: actor, in: tx)
            } else {
                try classify(draft, by: actor, confirming: nil, in: tx)
            }
            return Classification(model: name, standing: try tx.classification(modelID: model.id), waiting: waiting)
        }
    }

    /// Says that a model is to be used for something else. Until somebody classifies that, the model is unclassified, which
    /// asks for what every tier asks for; a prohibited use stays one.
    ///
    /// - Throws: `permissionDenied` for nobody named and without `request` on the model; `notFound` for no such model;
    ///   `conflict` if it was never classified; `invalidArgument` for no purpose or one that is too long.
    package func changePurpose(ofModel name: Text, to purpose: Text, by actor: Principal) async throws -> Classification {
        try Self.requirePerson(actor)
        guard !purpose.isEmpty, purpose.utf8Count <= ClassificationAnswers.purposeLimit, !purpose.utf8.contains(0) else {
            throw AssayError(.invalidArgument, "A purpose has 1 to \(ClassificationAnswers.purposeLimit) bytes.")
        }
        try refuseInDoubt("A purpose")
        return try await store.write { tx in
            let model = try tx.existingModel(named: name)
            guard actor.reach(.request).admits(model: model.name, id: model.id) else {
                throw AssayError(.permissionDenied, "This needs a named person with the permission 'request' on \(name).")
            }
            guard let last = try tx.classification(modelID: model.id) else {
                throw AssayError(.conflict, "\(name) is not classified yet, so its purpose is said with its answers: assay model classify \(name) --answers FILE")
            }
            let standing = (try? JSONValue(parsing: last.content))?["purpose"]?.string
            if standing.map({ Text($0) }) == purpose { return Classification(model: name, standing: last, waiting: nil) }
            let record = ClassificationRecord(
                modelID: model.id, number: last.number + 1, result: nil, heldTier: last.heldTier,
                content: try JSONValue.object(["purpose": .string(purpose.string)]).canonicalBytes(), authorID: actor.id,
                recordedMilliseconds: effects.nowMilliseconds())
            try keep(record, "model.purpose-changed", about: model, by: actor, confirming: nil, in: tx)
            return Classification(model: name, standing: record, waiting: nil)
        }
    }

    // MARK: - Parts

    private static func requirePerson(_ actor: Principal) throws(AssayError) {
        guard actor.isNamed else {
            throw AssayError(.permissionDenied, "What a model is used for is said by a named person with the permission 'classify_model', or 'request' to propose it.")
        }
    }

    private static func requireSecondPerson(beside actor: Principal, in tx: any StoreSnapshot) throws {
        guard try holders(of: .classifyModel, in: tx).contains(where: { $0.id != actor.id }) else {
            throw AssayError(
                .conflict, "The model is classified as a prohibited use. To classify it otherwise takes two people with the permission 'classify_model', and there is no second one.")
        }
    }

    private static func answers(_ source: [UInt8], to questionnaire: Questionnaire) throws(AssayError) -> ClassificationAnswers {
        do {
            return try ClassificationAnswers(parsing: source, for: questionnaire)
        } catch {
            throw error.error(file: "answers")
        }
    }

    private static func complete(_ evaluation: Questionnaire.Evaluation) throws(AssayError) -> ClassificationOutcome {
        switch evaluation {
        case .complete(let outcome): return outcome
        case .incomplete(let missing):
            throw AssayError(
                .invalidArgument,
                "incomplete: \(missing.count) question\(missing.count == 1 ? " is" : "s are") not answered: \(missing.map(\.string).joined(separator: ", ")). Every one needs an answer; 'unsure' is one.")
        }
    }

    /// Whether less is asked for on an axis than was.
    private static func eases(_ outcome: ClassificationOutcome, _ before: ClassificationRecord) -> Bool {
        guard let result = before.result, let euClass = EUClass(rawValue: result.euClass.string),
            let tier = Tier(rawValue: result.tier.string)
        else { return true }
        return outcome.euClass < euClass || outcome.tier < tier
    }

    /// Whether somebody logged, ran, registered or adopted a version of the model.
    private static func hasMade(_ personID: String, _ model: RegisteredModel, in tx: any StoreSnapshot) throws -> Bool {
        try tx.modelVersions(ofModel: model.id).contains { version in
            let authors = version.authors
            return try [authors.logged, authors.run, authors.registered].contains(personID)
                || tx.adoption(versionID: version.id)?.adopterID == personID
        }
    }

    private static func content(of draft: ClassificationDraft, _ outcome: ClassificationOutcome) throws -> [UInt8] {
        try JSONValue.object([
            "purpose": .string(draft.purpose.string), "answers": ClassificationDraft.json(draft.answers), "outcome": outcome.json,
        ]).canonicalBytes()
    }

    /// What the answers come to now.
    ///
    /// - Throws: `conflict` if other questions are asked by now, or the model is gone.
    func outcome(
        of draft: ClassificationDraft, in tx: any StoreSnapshot
    ) throws -> (model: RegisteredModel, outcome: ClassificationOutcome) {
        let questionnaire = try questionnaire(in: tx)
        guard draft.questionnaireDigest == questionnaire.digest else {
            throw AssayError(
                .conflict, "The answers are to the questionnaire \(draft.questionnaire), and another one is asked by now. Answer that one.")
        }
        guard let model = try tx.registeredModel(id: draft.modelID) else {
            throw AssayError(.conflict, "The model that these answers are about is gone.")
        }
        return (model, try Self.complete(questionnaire.evaluate(draft.answers)))
    }

    /// Makes the answers the model's classification. Whoever gave them answers for them; nobody confirms what they made.
    func classify(
        _ draft: ClassificationDraft, by actor: Principal, confirming proposal: Proposal?, in tx: any StoreTransaction
    ) throws {
        let (model, outcome) = try outcome(of: draft, in: tx)
        if proposal != nil, try Self.hasMade(actor.id, model, in: tx) {
            throw AssayError(
                .permissionDenied, "\(actor.name) has made versions of \(model.name); somebody else confirms how it is classified.")
        }
        let record = ClassificationRecord(
            modelID: model.id, number: (try tx.classification(modelID: model.id)?.number ?? 0) + 1,
            result: .init(
                euClass: Text(outcome.euClass.rawValue), tier: Text(outcome.tier.rawValue), questionnaire: draft.questionnaire,
                questionnaireDigest: draft.questionnaireDigest),
            heldTier: Text(outcome.gateTier.rawValue), content: try Self.content(of: draft, outcome),
            authorID: proposal?.proposerID ?? actor.id, recordedMilliseconds: effects.nowMilliseconds())
        try keep(record, "model.classified", about: model, by: actor, confirming: proposal, in: tx)
    }

    private func keep(
        _ record: ClassificationRecord, _ kind: String, about model: RegisteredModel, by actor: Principal,
        confirming proposal: Proposal?, in tx: any StoreTransaction
    ) throws {
        try tx.insertClassification(record)
        var payload: JSONObject = [
            "number": .integer(record.number), "content": try JSONValue(parsing: record.content),
            "held_tier": record.heldTier.map { .string($0.string) } ?? .null, "recorded_ms": .integer(record.recordedMilliseconds),
        ]
        if let result = record.result {
            payload["eu_class"] = .string(result.euClass.string)
            payload["tier"] = .string(result.tier.string)
            payload["questionnaire"] = .string(result.questionnaire.string)
            payload["questionnaire_digest"] = .string(result.questionnaireDigest.hex)
        }
        guard case .object(let whole) = Self.payload(payload, confirming: proposal) else { return }
        try self.record(kind, about: model, by: actor, whole, in: tx)
    }
}
