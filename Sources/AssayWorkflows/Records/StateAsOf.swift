package import AssayJSON
import AssayLedgerFormat
package import AssayStore
package import AssayTerms

/// Governed state as the entries of the log had led to it by a moment: after the last entry whose effective time is not
/// beyond it. The effective time is the running maximum of recorded times, so a clock that was set back changes no order.
package struct StateAsOf: Sendable {
    /// Milliseconds since 1970, as it was asked for.
    package let moment: Int64
    /// The last entry that counts; `nil` where the log began later.
    package let last: HistoryEntry?
    /// Decisions that count; the seals of runs decide nothing.
    package let entryCount: Int
    package let facts: [GovernedFact: Text]
    let names: GovernedNames

    /// - Parameter models: only these models' facts; everything without it.
    package func json(models only: Set<Text>? = nil) -> JSONValue {
        var object: JSONObject = [
            "as_of": .string(Self.time(moment)), "entries": .integer(Int64(entryCount)),
            "last_entry": last.map { entry in
                [
                    "id": .string(entry.id), "index": entry.index.map { .integer($0) } ?? .null, "time": .string(entry.time),
                    "kind": .string(entry.kind),
                ]
            } ?? .null,
            "models": .array(models(only)),
        ]
        if only == nil { object["facts"] = .array(others) }
        return .object(object)
    }

    private func models(_ only: Set<Text>?) -> [JSONValue] {
        let named = facts.compactMap { fact, name in
            if case .name(let model) = fact { (model, name) } else { nil }
        }
        return named.filter { only?.contains(Text($0.0)) ?? true }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map { model, name in
            [
                "id": .string(model), "name": .string(name.string), "versions": .array(versions(of: model)),
                "aliases": .array(aliases(of: model)),
            ]
        }
    }

    private func versions(of model: String) -> [JSONValue] {
        let staged: [(number: Int64, id: String, stage: Text)] = facts.compactMap { fact, stage in
            guard case .stage(let version, model) = fact else { return nil }
            return (names.numbers[Text(version)] ?? 0, version, stage)
        }
        return staged.sorted { ($0.number, $0.id) < ($1.number, $1.id) }.map { version in
            var object: JSONObject = [
                "version": .integer(version.number), "id": .string(version.id), "stage": .string(version.stage.string),
            ]
            if let adopter = facts[.adoption(versionID: version.id)] { object["adopted_by"] = .string(names.person(adopter).string) }
            return .object(object)
        }
    }

    private func aliases(of model: String) -> [JSONValue] {
        let held: [(alias: Text, version: Text)] = facts.compactMap { fact, version in
            guard case .alias(let alias, model) = fact else { return nil }
            return (alias, version)
        }
        return held.sorted { $0.alias < $1.alias }.map { ["alias": .string($0.alias.string), "holds": .string($0.version.string)] }
    }

    /// What is not of one model: people, tokens, policies, approvals, and whatever else entries decide.
    private var others: [JSONValue] {
        let listed: [(object: String, value: Text)] = facts.compactMap { fact, value in
            switch fact {
            case .name, .stage, .version, .alias, .adoption: nil
            case .roles(let user): ("roles of \(names.person(Text(user)))", value)
            default: (fact.object, value)
            }
        }
        return listed.sorted { ($0.object, $0.value) < ($1.object, $1.value) }.map {
            ["object": .string($0.object), "value": .string($0.value.string)]
        }
    }

    private static func time(_ milliseconds: Int64) -> String { LedgerTime.text(milliseconds: milliseconds) ?? "" }
}

/// Names and numbers that payloads give for what facts know by id.
struct GovernedNames: Sendable {
    private(set) var numbers: [Text: Int64] = [:]
    private var people: [Text: Text] = [:]

    mutating func apply(_ payload: JSONValue?) {
        guard let payload else { return }
        if let version = payload["version_id"]?.string, let number = payload["version"]?.integer { numbers[Text(version)] = number }
        if let user = payload["user"]?.string, let name = payload["name"]?.string { people[Text(user)] = Text(name) }
    }

    /// A person's name and id; the id alone where no entry names them.
    func person(_ id: Text) -> Text { people[id].map { Text("\($0) (\(id))") } ?? id }
}
