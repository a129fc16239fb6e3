import AssayCanonical
package import AssayJSON
import AssayLedgerFormat
import AssayStore
package import AssayTerms

/// The entries an export is of, by the order in which they were recorded.
package struct ExportedPeriod: Sendable {
    package var entries: Range<Int64>
    /// The entry that tells of the export.
    package var export: Int64

    package init(entries: Range<Int64>, export: Int64) {
        self.entries = entries
        self.export = export
    }
}

/// What an auditor takes away of a period: payloads with their salts, policies, and evidence. Tiles and checkpoints are public
/// and are read from the log itself.
///
/// A period is the entries whose effective time lies in it: from the first entry recorded at its beginning or later, up to
/// the one before the first that was recorded after its end; at most up to the entry that tells of the export. Whoever holds the
/// log can tell by these words alone which entries an export must have.
extension UseCases {
    package static let exportPage = 500
    private static let publicationPatience = 20_000
    private static let publicationPause = 100

    /// Begins an export: records who takes what, and answers the period.
    ///
    /// - Throws: `invalidArgument` for an end before the beginning, or beyond the year 9999; `permissionDenied` unless `actor` may
    ///   read payloads.
    package func beginExport(from: Int64, through: Int64, by actor: Principal) async throws -> ExportedPeriod {
        guard actor.may(.audit) else {
            throw AssayError(.permissionDenied, "Payloads are exported by an auditor.")
        }
        guard from <= through else { throw AssayError(.invalidArgument, "The period ends before it begins.") }
        guard let first = LedgerTime.text(milliseconds: max(0, from)), let last = LedgerTime.text(milliseconds: max(0, through)) else {
            throw AssayError(.invalidArgument, "The period ends after the year 9999.")
        }
        return try await store.write { tx in
            let id = try self.record(
                kind: "log.exported", by: actor, topics: [LedgerTopic.log], domain: LedgerTopic.log,
                payload: ["from": .string(first), "through": .string(last)], in: tx)
            guard let own = try tx.ledgerEntry(id: id)?.ordinal else {
                throw AssayError(.internalFault, "The entry that tells of the export was not recorded.")
            }
            let start = try tx.firstOrdinal(recordedAfter: from - 1) ?? own + 1
            let end = try tx.firstOrdinal(recordedAfter: through) ?? own + 1
            return ExportedPeriod(entries: start..<max(start, end), export: own)
        }
    }

    /// Waits until the entry is published, and all before it with it.
    ///
    /// - Throws: `unavailable` if that takes longer than the log ever takes.
    package func awaitPublication(ofEntryAt ordinal: Int64) async throws {
        guard let log else { return }
        for _ in 0..<(Self.publicationPatience / Self.publicationPause) {
            let entry = try await store.read { try $0.ledgerEntries(after: ordinal - 1, limit: 1).first }
            if let index = entry?.index, try await log.size() > UInt64(index) { return }
            try await Task.sleep(for: .milliseconds(Self.publicationPause))
        }
        throw AssayError(.unavailable, "What is recorded is not being published; the server's own log says why. Export when it is.")
    }

    /// Waits until every erasure recorded so far is published.
    package func awaitErasures() async throws {
        let newest = try await store.read { try $0.newestLedgerEntry(about: LedgerTopic.erasures, kind: Self.erasureKind) }
        if let newest { try await awaitPublication(ofEntryAt: newest.ordinal) }
    }

    /// A page of the period's payloads, in the order of the log: index, id, and salt and payload or `erased`.
    ///
    /// - Parameter after: the ordinal of the last entry seen.
    /// - Returns: the page, and where the next begins; `nil` after the last.
    /// - Throws: `unavailable` while an entry has no place in the log: what cannot be proven is not exported.
    package func exportedPayloads(
        _ period: Range<Int64>, after: Int64
    ) async throws -> (entries: [JSONValue], next: Int64?) {
        noteReadingLog("payloads")
        let after = max(after, period.lowerBound - 1)
        let records = try await store.read { try $0.ledgerEntries(after: after, limit: Self.exportPage) }
        let entries = try records.filter { $0.ordinal < period.upperBound }.map(exportedPayload)
        guard let last = records.last, last.ordinal < period.upperBound, records.count == Self.exportPage else {
            return (entries, nil)
        }
        return (entries, last.ordinal)
    }

    private func exportedPayload(_ record: LedgerEntryRecord) throws -> JSONValue {
        guard let index = record.index else {
            throw AssayError(.unavailable, "Entry \(record.id) is not published yet. Ask again in a moment.")
        }
        var object: JSONObject = ["index": .integer(index), "id": .string(record.id)]
        if let opened = try openedPayload(of: record) {
            object["salt"] = .string(Hex.encode(opened.salt))
            object["payload"] = .string(String(decoding: opened.payload, as: UTF8.self))
        } else {
            object["erased"] = true
        }
        return .object(object)
    }

    /// The entries after the period that tell of erasures, as ``exportedPayloads(_:after:)`` gives them.
    func exportedErasures(after period: Range<Int64>) async throws -> [JSONValue] {
        try await store.read { tx in
            var erasures: [JSONValue] = []
            var after = period.upperBound - 1
            while true {
                let page = try tx.ledgerEntries(about: [LedgerTopic.erasures], after: after, limit: Self.exportPage)
                guard let last = page.last else { return erasures }
                after = last.ordinal
                erasures += try page.filter { $0.kind == Self.erasureKind }.map(self.exportedPayload)
            }
        }
    }
}

extension Governance {
    /// The policies published by the end of a period, and the evidence that entries of it tell of, each with the index of
    /// the entry that names it; the public keys that sign evidence; and what tells of erasures after the period.
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
            "erasures": .array(try await useCases.exportedErasures(after: period)),
            "evidence_keys": .array(
                (trustedKeys.reversed().map(\.rawBytes) + evaluators.compactMap(\.publicKey).filter { !Ed25519.isNobodys($0) })
                    .map { .string(Hex.encode($0)) }),
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
