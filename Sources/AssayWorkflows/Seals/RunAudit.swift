package import AssayJSON
package import AssayLedgerFormat
package import AssayTerms

/// A run's seals, held against its rows as they are now.
package struct RunAudit: Sendable {
    /// One seal and what was found of it.
    package struct Item: Sendable {
        package var entry: HistoryEntry
        /// `nil` where the payload was erased, or is none.
        package var seal: RunSeal?
        /// The kinds of state that differ from the seal before.
        package var changes: [SealPart.Kind] = []
    }

    package var runID: Text
    /// `nil` if the run is not in the database any more.
    package var info: RunInfo?
    package var seals: [Item] = []
    /// Whether the store recorded a change that no seal covers yet.
    package var isMarked = false
    /// Metric rows beyond the newest seal's range.
    package var laterRows: Int64 = 0
    /// The kinds of state that differ from the newest seal, by a change that the store recorded.
    package var laterChanges: [SealPart.Kind] = []
    /// What is not as it was sealed, each naming the seal and the range or part.
    package var findings: [String] = []
    package var publishedSize: UInt64 = 0

    package var isConsistent: Bool { findings.isEmpty }

    package var verdict: String {
        if !isConsistent { return "NOT as sealed: \(findings.count) finding\(findings.count == 1 ? "" : "s")" }
        return seals.isEmpty ? "nothing is sealed yet" : "every sealed row is as it was sealed"
    }

    package var json: JSONValue {
        [
            "run": .string(runID.string), "experiment": info.map { .string(String($0.experimentID)) } ?? .null,
            "status": info.map { .string($0.status.name) } ?? .null,
            "lifecycle_stage": info.map { .string($0.stage.rawValue) } ?? .null,
            "seals": .array(seals.map(json)),
            "unsealed": [
                "recorded": .bool(isMarked), "metric_rows": .integer(laterRows), "changes": Self.json(laterChanges),
            ],
            "findings": .array(findings.map { .string($0) }), "consistent": .bool(isConsistent),
            "verdict": .string(verdict),
        ]
    }

    private func json(_ item: Item) -> JSONValue {
        var object: JSONObject = [
            "entry": .string(item.entry.id), "index": item.entry.index.map { .integer($0) } ?? .null,
            "state": .string(item.entry.state(publishedSize: publishedSize)), "time": .string(item.entry.time),
        ]
        guard let seal = item.seal else { return .object(object) }
        object["number"] = .integer(seal.number)
        object["previous"] = seal.previous.map { .string($0) } ?? .null
        object["reason"] = .string(seal.reason.rawValue)
        object["status"] = .string(seal.status.name)
        object["digest"] = .string(seal.digest.hex)
        object["after"] = seal.after.map { .string(String($0)) } ?? .null
        object["through"] = seal.through.map { .string(String($0)) } ?? .null
        for kind in SealPart.Kind.allCases { object[kind.rawValue] = .integer(seal.parts[kind].count) }
        object["changes"] = Self.json(item.changes)
        return .object(object)
    }

    private static func json(_ kinds: [SealPart.Kind]) -> JSONValue { .array(kinds.map { .string($0.rawValue) }) }
}
