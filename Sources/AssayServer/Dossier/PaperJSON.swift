import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows

/// Papers of dossiers as our own routes answer them.
enum PaperJSON {
    static func paper(_ paper: Paper, at now: Int64) -> JSONValue {
        let record = paper.record
        var object: JSONObject = [
            "id": .string(record.id), "kind": .string(record.kind.rawValue),
            "type": record.type.isEmpty ? .null : .string(record.type.string), "state": .string(record.state.string),
            "counts": .bool(paper.counts(at: now)), "revision": .integer(record.revision), "about": .string(paper.about),
            "model": paper.model.map { .string($0.string) } ?? .null, "version": record.subject.version.map { .integer($0) } ?? .null,
            "manifest": record.subject.manifest.map { .string($0.hex) } ?? .null,
            "dataset": record.subject.dataset.map { .string($0.string) } ?? .null, "made_by": .string(record.makerName.string),
            "made_by_id": .string(record.makerID), "made_ms": .integer(record.madeMilliseconds),
            "changed_ms": .integer(record.changedMilliseconds), "content": .object(paper.content),
        ]
        if let due = paper.milliseconds("due") { object["overdue"] = .bool(record.isInForce && due <= now) }
        return .object(object)
    }

    /// With the entries of the log it was made and changed by.
    static func paper(_ paper: Paper, history: [HistoryEntry], at now: Int64) -> JSONValue {
        guard case .object(var object) = self.paper(paper, at: now) else { return .null }
        object["history"] = .array(
            history.map { entry in
                [
                    "id": .string(entry.id), "kind": .string(entry.kind), "time": .string(entry.time), "actor": .string(entry.actorID),
                    "actor_name": entry.actorName.map { .string($0.string) } ?? .null,
                    "index": entry.index.map { .integer($0) } ?? .null,
                ]
            })
        return .object(object)
    }
}
