import AssayJSON
import AssayLedgerFormat
import AssayStore
package import AssayTerms

extension Governance {
    /// An entry about a version, found in the history of its model.
    @discardableResult
    func record(
        _ tx: any StoreTransaction, kind: String, about version: GovernedVersion, requestID: String? = nil,
        by actor: Principal, claim: SHA256Digest? = nil, payload: JSONObject
    ) throws -> String {
        var payload = payload
        payload["model"] = .string(version.model.string)
        payload["model_id"] = .string(version.modelID)
        payload["version"] = .integer(Int64(version.version))
        payload["version_id"] = .string(version.id)
        var subjects: [LedgerLeaf.Subject] = []
        if let manifest = version.frozenManifest {
            payload["manifest"] = .string(manifest.hex)
            subjects.append(.init(type: "manifest", digest: manifest))
        }
        if let claim { subjects.append(.init(type: "claim", digest: claim)) }
        let model = LedgerTopic.model(version.modelID)
        return try useCases.record(
            kind: kind, by: actor, subjects: subjects,
            topics: [model, LedgerTopic.version(version.id)] + (requestID.map { [LedgerTopic.request($0)] } ?? []),
            domain: model, payload: .object(payload), in: tx)
    }

    /// RFC 3339 in UTC, whole seconds.
    static func time(_ milliseconds: Int64) -> String {
        (LedgerTime.text(milliseconds: milliseconds) ?? "").prefix("2026-01-31T08:09:10".utf8.count) + "Z"
    }
}

extension LedgerTopic {
    package static func policy(_ name: Text) -> String { "policy:" + name.string }
    package static func request(_ id: String) -> String { "request:" + id }
}
