import AssayCanonical
import AssayLedgerFormat
import AssayStore
package import AssayTerms

extension UseCases {
    /// Reads every row of the run again and compares it with what the run's seals say.
    ///
    /// A difference that the store recorded, such as a replaced file or a late metric, is a later change and no finding: it
    /// is sealed when its time comes. Rows that only ever grow, and metric rows in a sealed range, have no later changes.
    ///
    /// - Throws: `notFound` if there is neither such a run nor a seal of one.
    package func auditRun(_ id: Text) async throws -> RunAudit {
        var audit = try await store.read { try self.auditRun(id, in: $0) }
        audit.publishedSize = try await publishedSize()
        if let log {
            for item in audit.seals {
                guard let index = item.entry.index.flatMap(UInt64.init(exactly:)), index < audit.publishedSize else { continue }
                let proof = try TlogProof(parsing: try await log.proof(index: index))
                let tree = try Checkpoint(text: proof.checkpoint.text)
                guard proof.index == index,
                    let leaf = try await store.read({ try $0.ledgerEntry(id: item.entry.id)?.leaf }),
                    MerkleProof.provesInclusion(
                        of: MerkleHash.leaf(leaf), at: proof.index, size: tree.size, root: tree.root, path: proof.path)
                else {
                    audit.findings.append(
                        "entry \(index): the published log has another entry in the place of the seal \(item.entry.id)")
                    continue
                }
            }
        }
        return audit
    }

    private func auditRun(_ id: Text, in tx: any StoreSnapshot) throws -> RunAudit {
        var audit = RunAudit(runID: id)
        try readSeals(of: id, into: &audit, tx)
        guard let run = try tx.runHandle(id), let whole = try tx.run(id) else {
            guard !audit.seals.isEmpty else { throw AssayError(.notFound, "Run with id=\(id) not found") }
            audit.findings.append("the run is sealed, and not in the database any more")
            return audit
        }
        audit.info = whole.info
        audit.isMarked = try tx.isMarkedForSeal(run)
        let seals = audit.seals.compactMap(\.seal)
        audit.laterRows = try compareMetrics(of: run, with: seals, &audit.findings, tx)
        // Behind a newest seal that cannot be read nothing can be told from a later change.
        guard audit.seals.last.map({ $0.seal != nil }) ?? true else { return audit }
        if let newest = seals.last { try compareState(of: whole, with: newest, &audit, tx) }
        if !audit.isMarked, audit.laterRows > 0 {
            let place = seals.last?.through.map { "beyond place \($0)" } ?? "of the run"
            audit.findings.append(
                "metrics: \(Self.rows(audit.laterRows)) \(place) stand in the database, and the server recorded no such change")
        }
        return audit
    }

    // MARK: - Seals

    private func readSeals(of id: Text, into audit: inout RunAudit, _ tx: any StoreSnapshot) throws {
        var after: Int64 = 0
        var earlier: (entry: String, seal: RunSeal?)?
        while true {
            let page = try tx.ledgerEntries(about: [LedgerTopic.run(id)], after: after, limit: 1_000)
            guard let last = page.last else { break }
            after = last.ordinal
            for record in page where record.kind == LedgerKind.runSeal {
                let leaf = try LedgerLeaf(parsing: record.leaf)
                var item = RunAudit.Item(
                    entry: HistoryEntry(
                        id: record.id, ordinal: record.ordinal, kind: record.kind,
                        recordedMilliseconds: record.recordedMilliseconds, actorID: leaf.actor, actorName: nil,
                        index: record.index, payload: nil))
                do {
                    item.seal = try seal(in: record)
                } catch let error as AssayError {
                    audit.findings.append("entry \(record.id): \(error.message)")
                }
                if let seal = item.seal {
                    audit.findings += Self.breaks(in: seal, entry: record.id, leaf, ofRun: id, behind: earlier)
                    if let before = earlier?.seal {
                        item.changes = seal.parts.changes(since: before.parts)
                        for kind in item.changes where Self.shrank(kind, from: before.parts[kind], to: seal.parts[kind]) {
                            audit.findings.append(
                                "\(kind.rawValue): what seal \(before.number) covers was changed or taken away before seal \(seal.number); the server only adds to it")
                        }
                    }
                }
                earlier = (record.id, item.seal)
                audit.seals.append(item)
            }
        }
    }

    /// Where a seal is not the next link of its run's chain.
    private static func breaks(
        in seal: RunSeal, entry: String, _ leaf: LedgerLeaf, ofRun id: Text, behind earlier: (entry: String, seal: RunSeal?)?
    ) -> [String] {
        var found: [String] = []
        if seal.runID != id { found.append("it is a seal of another run") }
        if !leaf.subjects.contains(.init(type: RunSeal.subjectType, digest: seal.digest)) {
            found.append("its leaf names another digest")
        }
        if seal.previous != earlier?.entry { found.append("it does not name the seal before it") }
        if let before = earlier?.seal {
            if seal.number != before.number + 1 || seal.after != before.through || seal.salt != before.salt {
                found.append("it does not go on where seal \(before.number) ended")
            }
        } else if seal.number != 1 || seal.after != nil {
            found.append("it does not begin at the first row")
        }
        return found.map { "seal \(seal.number) (entry \(entry)): \($0)" }
    }

    private static func shrank(_ kind: SealPart.Kind, from old: SealPart, to new: SealPart) -> Bool {
        kind.onlyGrows && old != new && new.count <= old.count
    }

    // MARK: - Rows

    /// Walks all metric rows once, through the ranges of the seals.
    ///
    /// - Returns: how many rows stand beyond the last range.
    private func compareMetrics(
        of run: RunHandle, with seals: [RunSeal], _ findings: inout [String], _ tx: any StoreSnapshot
    ) throws -> Int64 {
        var rest = seals[...]
        // A chain that was broken by an erasure begins anew, and its first range holds the older ones.
        if let base = rest.lastIndex(where: { $0.number == 1 }) { rest = rest[base...] }
        var later: Int64 = 0
        var hasher = rest.first.map { SealPartHasher(.metrics, salt: $0.salt) }
        func close(_ seal: RunSeal) {
            guard let part = hasher?.finish(), part != seal.parts[.metrics] else { return }
            let sealed = seal.parts[.metrics].count
            let range = "\(seal.after.map { "places \($0 + 1)" } ?? "the first place") to \(seal.through.map(String.init) ?? "–")"
            findings.append(
                "metrics, \(range) (seal \(seal.number)): "
                    + (part.count == sealed
                        ? "the \(Self.rows(sealed)) are not those that were sealed"
                        : "\(Self.rows(sealed)) were sealed, and \(part.count) are there"))
        }
        func next() {
            rest = rest.dropFirst()
            hasher = rest.first.map { SealPartHasher(.metrics, salt: $0.salt) }
        }
        try tx.metricRows(of: run) { row in
            while let seal = rest.first, row.place > seal.through ?? .min {
                close(seal)
                next()
            }
            guard let seal = rest.first else {
                later += 1
                return
            }
            // A range whose seal cannot be read is a finding of its own; its rows belong to no other.
            if seal.after.map({ row.place > $0 }) ?? true { hasher?.add(row) }
        }
        while let seal = rest.first {
            close(seal)
            next()
        }
        return later
    }

    private func compareState(of run: Run, with newest: RunSeal, _ audit: inout RunAudit, _ tx: any StoreSnapshot) throws {
        let files = try tx.files(FileOwner(.run, id: run.info.id))
        for kind in SealPart.Kind.allCases where kind != .metrics {
            let sealed = newest.parts[kind]
            let present = SealPart(state: kind, of: run, files: files, salt: newest.salt)
            if present == sealed { continue }
            if audit.isMarked, !Self.shrank(kind, from: sealed, to: present) {
                audit.laterChanges.append(kind)
                continue
            }
            let counts = sealed.count == present.count ? "" : ": \(Self.rows(sealed.count)) sealed, \(present.count) there"
            audit.findings.append(
                "\(kind.rawValue): not what seal \(newest.number) covers\(counts), and the server recorded no such change")
        }
    }

    private static func rows(_ count: Int64) -> String { count == 1 ? "1 row" : "\(count) rows" }
}
