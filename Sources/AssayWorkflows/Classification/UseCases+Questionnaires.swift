import AssayControls
import AssayJSON
import AssayLedgerFormat
package import AssayPolicy
package import AssayStore
package import AssayTerms

/// What is asked of models, and what their tiers ask for.
extension UseCases {
    /// What became of a questionnaire that somebody published.
    package struct QuestionnairePublication: Sendable {
        package let questionnaire: Questionnaire
        /// `nil` where it waits for a second person.
        package let published: QuestionnaireRecord?
        package let waiting: Proposal?
    }

    /// What is asked now: the last that was published, or else that of this program.
    func questionnaire(in tx: any StoreSnapshot) throws -> Questionnaire {
        try tx.questionnaireInForce().map { try questionnaireShelf.questionnaire($0) } ?? .shipped
    }

    package func questionnaireInForce() async throws -> (questionnaire: Questionnaire, source: [UInt8]) {
        try await store.read { tx in
            (try questionnaire(in: tx), try tx.questionnaireInForce()?.source ?? Array(Questionnaire.shippedText.utf8))
        }
    }

    /// All that were published, in order.
    package func questionnaires() async throws -> [QuestionnaireRecord] { try await store.read { try $0.questionnaires() } }

    /// Publishes a questionnaire for good. From then on models are classified by it; what was classified before stands.
    ///
    /// One that asks for less than the one in force, or is not shown to ask for as much
    /// (``Questionnaire/easings(from:ofLawAlone:approvingRoles:)``), waits for a second person where there is one. What answers
    /// Regulation (EU) 2024/1689 can be added to and not taken from, whoever agrees. The same text again changes nothing.
    ///
    /// - Parameter source: the file, UTF-8.
    /// - Throws: `permissionDenied` for people without the right; `invalidArgument` listing every problem with line and column,
    ///   and what of the law would be left out; `alreadyExists` if name and version are taken by another text.
    package func publishQuestionnaire(_ source: [UInt8], by actor: Principal) async throws -> QuestionnairePublication {
        guard actor.isNamed, actor.may(.publish) else {
            throw AssayError(.permissionDenied, "Publishing a questionnaire needs a named person with the role validator or compliance.")
        }
        try refuseInDoubt("A questionnaire")
        guard let text = Text(utf8: source) else { throw AssayError(.invalidArgument, "The questionnaire is no UTF-8 text.") }
        let draft = QuestionnaireDraft(source: text)
        let read = try Self.read(draft)
        return try await store.write { tx in
            if let standing = try tx.questionnaires().first(where: { $0.digest == draft.digest }) {
                return QuestionnairePublication(questionnaire: read, published: standing, waiting: nil)
            }
            try checkQuestionnaire(draft, in: tx)
            guard try easings(of: draft, in: tx).isEmpty else {
                let waiting = try changeOrPropose(.publishQuestionnaire(draft), by: actor, in: tx)
                return QuestionnairePublication(
                    questionnaire: read, published: waiting == nil ? try tx.questionnaireInForce() : nil, waiting: waiting)
            }
            try publishQuestionnaire(draft, by: actor, confirming: nil, in: tx)
            return QuestionnairePublication(questionnaire: read, published: try tx.questionnaireInForce(), waiting: nil)
        }
    }

    // MARK: - Parts

    private static func read(_ draft: QuestionnaireDraft) throws(AssayError) -> Questionnaire {
        do {
            return try QuestionnaireReader.read(Array(draft.source.utf8))
        } catch {
            throw error.error(file: "questionnaire")
        }
    }

    /// In what it asks for less than the one in force.
    func easings(of draft: QuestionnaireDraft, in tx: any StoreSnapshot) throws -> [String] {
        try Self.read(draft).easings(from: try questionnaire(in: tx), approvingRoles: GateSettings.shipped().approvingRoles)
    }

    /// - Throws: `invalidArgument` for one that leaves out what the law asks, names controls that there are not, or asks approvals of
    ///   roles that give none; `alreadyExists`.
    func checkQuestionnaire(_ draft: QuestionnaireDraft, in tx: any StoreSnapshot) throws {
        let read = try Self.read(draft)
        let missing = read.easings(from: .shipped, ofLawAlone: true)
        guard missing.isEmpty else {
            throw AssayError(
                .invalidArgument,
                "A questionnaire may add to what Regulation (EU) 2024/1689 asks and not take from it: \(missing.prefix(20).joined(separator: "; ")).")
        }
        let catalogue = try ControlCatalogue.shipped()
        for brought in read.brought where !catalogue.knows(brought) {
            throw AssayError(.invalidArgument, "'\(brought)' is no framework of controls and no class within one; assay control list names them.")
        }
        let approving = Set((RoleDefinition.shipped + (try tx.roles())).filter { $0.allows(.approve) }.map { Text($0.role.rawValue) })
        for tier in [nil, .low, .moderate, .high] as [Tier?] {
            guard let role = read.defaults[tier].approvals.compactMap(\.role).first(where: { !approving.contains($0) }) else { continue }
            throw AssayError(.invalidArgument, "nobody can approve as '\(role)', which 'defaults' asks for.")
        }
        if try tx.questionnaires().contains(where: { $0.name == read.name && $0.version == read.version }) || read.name == Questionnaire.shipped.name {
            throw AssayError(
                .alreadyExists, "The questionnaire \(read.title) is there already and never changes. Publish another version, under a name of your own.")
        }
    }

    func publishQuestionnaire(
        _ draft: QuestionnaireDraft, by actor: Principal, confirming proposal: Proposal?, in tx: any StoreTransaction
    ) throws {
        let read = try Self.read(draft)
        let easings = try easings(of: draft, in: tx)
        let record = QuestionnaireRecord(
            number: (try tx.questionnaireInForce()?.number ?? 0) + 1, name: read.name, version: read.version, digest: read.digest,
            source: Array(draft.source.utf8), publisherID: proposal?.proposerID ?? actor.id,
            publishedMilliseconds: effects.nowMilliseconds())
        try tx.insertQuestionnaire(record)
        var payload: JSONObject = [
            "number": .integer(record.number), "name": .string(record.name.string), "version": .string(record.version.string),
            "digest": .string(record.digest.hex), "text": .string(draft.source.string),
        ]
        if !easings.isEmpty { payload["asks_less"] = .array(easings.map { .string($0) }) }
        try self.record(
            kind: "questionnaire.published", by: actor, subjects: [.init(type: "questionnaire", digest: record.digest)],
            topics: [LedgerTopic.questionnaires], domain: LedgerTopic.questionnaires, payload: Self.payload(payload, confirming: proposal),
            in: tx)
    }
}
