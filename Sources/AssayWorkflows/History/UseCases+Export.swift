import AssayCanonical
package import AssayJSON
import AssayLedgerFormat
import AssayStore
package import AssayTerms

/// What an auditor takes away of a period: payloads with their salts, policies, and evidence. Tiles and checkpoints are public
/// and are read from the log itself.
///
/// A period is the entries whose effective time lies in it: from the first entry recorded at its beginning or later, up to
/// the one before the first that was recorded after its end.
extension UseCases {
    package static let exportPage = 500

    /// Begins an export: records who takes what, and answers the period as ordinals.
    ///
    /// - Throws: `invalidArgument` for an end before the beginning; `permissionDenied` unless `actor` may read payloads.
    package func beginExport(from: Int64, through: Int64, by actor: Principal) async throws -> Range<Int64> {
        guard actor.may(.audit) else {
            throw AssayError(.permissionDenied, "Payloads are exported by an auditor.")
        }
        guard from <= through else { throw AssayError(.invalidArgument, "The period ends before it begins.") }
        return try await store.write { tx in
            let start = try tx.firstOrdinal(recordedAfter: from - 1) ?? .max
            let end = try max(start, tx.firstOrdinal(recordedAfter: through) ?? .max)
            try self.record(
                kind: "log.exported", by: actor, topics: [LedgerTopic.log], domain: LedgerTopic.log,
                payload: ["from": .integer(from), "through": .integer(through)], in: tx)
            return start..<end
        }
    }

    /// A page of the period's payloads, in the order of the log: index, id, and salt and payload or `erased`.
    ///
    /// - Parameter after: the ordinal of the last entry seen.
    /// - Returns: the page, and where the next begins; `nil` after the last.
    package func exportedPayloads(
        _ period: Range<Int64>, after: Int64
    ) async throws -> (entries: [JSONValue], next: Int64?) {
        noteReadingLog("payloads")
        let after = max(after, period.lowerBound - 1)
        let records = try await store.read { try $0.ledgerEntries(after: after, limit: Self.exportPage) }
        var entries: [JSONValue] = []
        for record in records where record.ordinal < period.upperBound {
            // What has no place in the log yet cannot be proven yet.
            guard let index = record.index else { continue }
            var object: JSONObject = ["index": .integer(index), "id": .string(record.id)]
            if let opened = try openedPayload(of: record) {
                object["salt"] = .string(Hex.encode(opened.salt))
                object["payload"] = .string(String(decoding: opened.payload, as: UTF8.self))
            } else {
                object["erased"] = true
            }
            entries.append(.object(object))
        }
        guard let last = records.last, last.ordinal < period.upperBound, records.count == Self.exportPage else {
            return (entries, nil)
        }
        return (entries, last.ordinal)
    }
}

extension Governance {
    /// The policies published by the end of a period, and the evidence that entries of it tell of, each with the index of
    /// the entry that names it; and the public keys that sign evidence.
    package func exportedDocuments(_ period: Range<Int64>) async throws -> JSONValue {
        useCases.noteReadingLog("documents")
        let (policies, evidence, evaluators) = try await store.read { tx in
            var policies: [JSONValue] = []
            var evidence: [JSONValue] = []
            var after: Int64 = 0
            while true {
                let page = try tx.decidingEntries(after: after, limit: UseCases.exportPage)
                guard let last = page.last, after < period.upperBound else { break }
                after = last.ordinal
                for entry in page where entry.ordinal < period.upperBound {
                    guard let index = entry.index, let payload = try self.useCases.payload(of: entry) else { continue }
                    if entry.kind == "policy.published" {
                        policies += try self.policyDocument(payload, index: index, tx)
                    } else if entry.kind.hasPrefix("evidence."), period.contains(entry.ordinal) {
                        evidence += try self.evidenceDocument(payload, index: index, tx)
                    }
                }
            }
            return (policies, evidence, try tx.evaluators())
        }
        return [
            "policies": .array(policies), "evidence": .array(evidence),
            "evidence_keys": .array(
                (trustedKeys.reversed().map(\.rawBytes) + evaluators.map(\.publicKey)).map { .string(Hex.encode($0)) }),
        ]
    }

    private func policyDocument(_ payload: JSONValue, index: Int64, _ tx: any StoreSnapshot) throws -> [JSONValue] {
        guard let name = payload["name"]?.string, let version = payload["version"]?.string,
            let policy = try tx.policy(name: Text(name), version: Text(version))
        else { return [] }
        return [[
            "digest": .string(policy.digest.hex), "index": .integer(index),
            "source": .string(String(decoding: policy.source, as: UTF8.self)),
            "canonical": .string(String(decoding: policy.canonical, as: UTF8.self)),
        ]]
    }

    private func evidenceDocument(_ payload: JSONValue, index: Int64, _ tx: any StoreSnapshot) throws -> [JSONValue] {
        guard let id = payload["evidence"]?.string, let record = try tx.evidence(id: id) else { return [] }
        return [[
            "claim": .string(record.claim.hex), "index": .integer(index),
            "envelope": .string(String(decoding: record.envelope, as: UTF8.self)),
        ]]
    }
}
