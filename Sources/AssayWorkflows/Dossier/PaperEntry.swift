import AssayJSON
import AssayLedgerFormat
import AssayStore
import AssayTerms

/// What the log's entries say of papers.
enum PaperEntry {
    /// Of the kind of every such entry: `dossier.finding-opened`.
    static let prefix = "dossier."

    /// Of the kind of every entry about a rollout: `rollout.started`.
    static let rolloutPrefix = "rollout."

    static func kind(of paper: PaperRecord, event: String) -> String {
        paper.kind == .rollout ? rolloutPrefix + event : "\(prefix)\(paper.kind.rawValue)-\(event)"
    }

    /// The whole of `paper`, so that its entries alone lead to what the table holds.
    static func payload(of paper: PaperRecord, model: Text?) throws(AssayError) -> JSONObject {
        let content: JSONValue
        do { content = try JSONValue(parsing: paper.content) } catch {
            throw AssayError(.internalFault, "The content of paper \(paper.id) is no JSON.", cause: error)
        }
        var payload: JSONObject = [
            "paper": .string(paper.id), "kind": .string(paper.kind.rawValue), "type": .string(paper.type.string),
            "state": .string(paper.state.string), "in_force": .bool(paper.isInForce), "revision": .integer(paper.revision),
            "content": content, "about": .string(paper.subject.text), "made_by": .string(paper.makerID),
        ]
        payload["model"] = model.map { .string($0.string) }
        payload["model_id"] = paper.subject.modelID.map { .string($0) }
        payload["version"] = paper.subject.version.map { .integer($0) }
        payload["version_id"] = paper.subject.versionID.map { .string($0) }
        payload["manifest"] = paper.subject.manifest.map { .string($0.hex) }
        payload["dataset"] = paper.subject.dataset.map { .string($0.string) }
        return payload
    }

    static func topics(of paper: PaperRecord) -> [String] {
        var topics = [LedgerTopic.paper(paper.id)]
        if let model = paper.subject.modelID { topics.append(LedgerTopic.model(model)) }
        if let version = paper.subject.versionID { topics.append(LedgerTopic.version(version)) }
        if let dataset = paper.subject.dataset { topics.append(LedgerTopic.dataset(dataset)) }
        return topics
    }

    /// What the payload is erased with.
    static func domain(of paper: PaperRecord) -> String {
        if let model = paper.subject.modelID { return LedgerTopic.model(model) }
        if let dataset = paper.subject.dataset { return LedgerTopic.dataset(dataset) }
        return LedgerTopic.organisation
    }
}

extension LedgerTopic {
    package static func paper(_ id: String) -> String { "paper:" + id }
    /// What papers about no model and no data set are about.
    package static let organisation = "organisation"
}
