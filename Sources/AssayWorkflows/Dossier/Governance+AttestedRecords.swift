import AssayControls
package import AssayJSON
import AssayPolicy
package import AssayStore
package import AssayTerms

/// Attested records: what only people can supply, signed by name.
///
/// A record says who signs, about what, since when and until when, and may be bound to a text and to one file by its digest. It
/// is never changed and never deleted: it is superseded by another one, or withdrawn with a reason, and both stay.
extension Governance {
    package enum RecordState {
        package static let standing: Text = "standing"
        package static let superseded: Text = "superseded"
        package static let withdrawn: Text = "withdrawn"
    }

    private static let recordForm = PaperForm(
        "A record",
        [
            .init("title", .text(PaperForm.lineLimit), isRequired: true, "what it is, in one line"),
            .init("text", .text(PaperForm.documentLimit), "what it says"),
            .init("valid_from", .time, "since when it holds; from now on without it"),
            .init("valid_until", .time, "until when it holds"),
            .init("file_name", .text(255), "the name of its file"),
            .init("file_sha256", .digest, "the SHA-256 of its file"),
            .init("supersedes", .paper, "the record it takes the place of"),
            .init("controls", .list(.text(PaperForm.lineLimit)), "the controls whose sentences it signs"),
        ])

    /// Signs a record.
    ///
    /// - Parameters:
    ///   - type: one of ``RecordType/all``.
    ///   - members: as the form has them.
    /// - Throws: `permissionDenied` for nobody named, and for an author where the type takes none; `unauthenticated` without a fresh
    ///   log-in; `invalidArgument` for another type, a wrong form, an end before the beginning, or a control that asks for no
    ///   signature; `conflict` where what it supersedes is not in force or is of another type or subject.
    package func signRecord(
        type word: String, about address: PaperAddress, _ members: JSONObject, by principal: Principal
    ) async throws -> Paper {
        guard let type = RecordType.named(word) else {
            throw AssayError(
                .invalidArgument,
                "'\(word.prefix(64))' is no type of record. They are \(RecordType.all.map(\.word).joined(separator: ", ")).")
        }
        try requireSigner(principal, .attest, about: address, for: "A record")
        return try await store.write { tx in
            let subject = try address.subject(tx)
            if type.isIndependent, try self.authors(of: subject, tx).contains(Text(principal.id)) {
                throw AssayError(
                    .permissionDenied,
                    "\(principal.name) made what this is about and cannot sign a record of the type \(type.word); somebody else must.")
            }
            var content = try Self.recordForm.read(members) { try self.person(named: $0, tx) }
            try self.settleTimes(of: &content, type)
            if content["file_name"] != nil, content["file_sha256"] == nil {
                throw AssayError(.invalidArgument, "A record with a file needs its digest, 'file_sha256'.")
            }
            try self.requirePlan(content, type)
            content["evidence"] = .array(type.evidence.map { .string($0) })
            try Self.requireSignable(content["controls"]?.array ?? [], type)
            if let earlier = content["supersedes"]?.string {
                try self.supersede(earlier, by: principal, type, subject, tx)
            }
            return try self.insert(
                .record, type: Text(type.word), about: subject, state: RecordState.standing, content, event: "signed", by: principal, tx)
        }
    }

    /// A monitoring plan in the form that policies read has no mistakes: whoever signs it hears of them, not whoever promotes.
    private func requirePlan(_ content: JSONObject, _ type: RecordType) throws(AssayError) {
        guard Text(type.word) == MonitoringPlan.recordType, let text = content["text"]?.string.map({ Array($0.utf8) }),
            MonitoringPlan.isMeant(by: text)
        else { return }
        do throws(PolicyProblems) {
            _ = try MonitoringPlan.read(text, catalogue: catalogue)
        } catch {
            throw error.error(file: "plan")
        }
    }

    /// Takes a record back. It stays, and counts no more.
    ///
    /// - Throws: `permissionDenied` unless it is the signer's own or `principal` may attest to everything; `conflict` for one that
    ///   does not stand.
    package func withdrawRecord(id: String, reason: Text, by principal: Principal) async throws -> Paper {
        let reason = try Self.reason(reason)
        return try await store.write { tx in
            let paper = try self.existingPaper(id, .record, tx)
            try self.requireSigner(principal, .attest, about: try paper.address, for: "A withdrawal")
            guard paper.record.makerID == principal.id || principal.reach(.attest).isTotal else {
                throw AssayError(.permissionDenied, "\(principal.name) did not sign this record and may not withdraw it.")
            }
            try Self.requireInForce(paper)
            var content = paper.content
            content["withdrawn_because"] = .string(reason)
            return try self.revise(
                paper, state: RecordState.withdrawn, isInForce: false, content, event: "withdrawn", by: principal, tx)
        }
    }

    /// Whether controls ask for a signature at all.
    ///
    /// - Throws: `invalidArgument` for one that does not, and for a record that says nothing else and names none.
    private static func requireSignable(_ controls: [JSONValue], _ type: RecordType) throws(AssayError) {
        guard !controls.isEmpty || !type.evidence.isEmpty else {
            throw AssayError(
                .invalidArgument,
                "A record of the type \(type.word) signs for controls: name them in 'controls' (--control fed-mrm/validation).")
        }
        let catalogue = try ControlCatalogue.shipped()
        for id in controls.compactMap(\.string) {
            guard let control = catalogue.control(Text(id)) else {
                throw AssayError(.invalidArgument, "There is no control '\(id.prefix(64))'; assay control list names them.")
            }
            guard control.attestation != nil else {
                throw AssayError(.invalidArgument, "The control \(id) asks nobody to sign; it is covered by what is kept, or not.")
            }
        }
    }

    /// Whether a record speaks for a version: it is about the version's own model or the organisation, and where its type asks for
    /// somebody independent, who signed it made nothing of the version, whatever was known of that on the day.
    static func speaks(_ paper: Paper, for version: GovernedVersion) -> Bool {
        let subject = paper.record.subject
        guard subject.modelID == version.modelID || subject == .organisation else { return false }
        let isIndependent = RecordType.named(paper.record.type.string)?.isIndependent ?? true
        return !(isIndependent && version.authors.contains(Text(paper.record.makerID)))
    }

    private func supersede(
        _ id: String, by principal: Principal, _ type: RecordType, _ subject: PaperSubject, _ tx: any StoreTransaction
    ) throws {
        let earlier = try existingPaper(id, .record, tx)
        try Self.requireInForce(earlier)
        guard earlier.record.type == Text(type.word), earlier.record.subject.modelID == subject.modelID,
            earlier.record.subject.dataset == subject.dataset
        else {
            throw AssayError(.conflict, "The record \(id) is of another type or about something else; this one cannot supersede it.")
        }
        _ = try revise(earlier, state: RecordState.superseded, isInForce: false, event: "superseded", by: principal, tx)
    }

    static func requireInForce(_ paper: Paper) throws(AssayError) {
        guard paper.record.isInForce else {
            throw AssayError(.conflict, "The \(paper.record.kind.word) \(paper.record.id) is \(paper.record.state) already.")
        }
    }

    /// Writes out beginning and end.
    private func settleTimes(of content: inout JSONObject, _ type: RecordType) throws(AssayError) {
        let now = effects.nowMilliseconds()
        let begin = try content["valid_from"]?.string.map { text throws(AssayError) in try UseCases.moment(Text(text)) } ?? now
        content["valid_from"] = .string(Self.time(begin))
        let end = try content["valid_until"]?.string.map { text throws(AssayError) in try UseCases.moment(Text(text)) }
        guard end == nil || begin < end ?? 0 else {
            throw AssayError(.invalidArgument, "'valid_until' is not after 'valid_from'.")
        }
        if let end = end ?? type.days.map({ begin + $0 * 86_400_000 }) { content["valid_until"] = .string(Self.time(end)) }
    }

    // MARK: - Its file

    /// Keeps the file that a record names by its digest. Nothing else is taken, and nothing takes its place.
    ///
    /// - Throws: `permissionDenied` unless `principal` signed the record; `conflict` for a record without a file or with one kept
    ///   already, and for other bytes.
    package func putFile<Chunks: AsyncSequence & Sendable>(
        ofRecord id: String, _ chunks: Chunks, expectedBytes: Int64?, by principal: Principal
    ) async throws where Chunks.Element == [UInt8] {
        let paper = try await store.read { try self.existingPaper(id, .record, $0) }
        guard paper.record.makerID == principal.id else {
            throw AssayError(.permissionDenied, "Only \(paper.record.makerName), who signed the record, hands in its file.")
        }
        guard let wanted = paper.text("file_sha256").flatMap({ SHA256Digest(hex: $0) }) else {
            throw AssayError(.conflict, "The record \(id) names no file, so none can be added to it. Sign another that does.")
        }
        let owner = FileOwner(.paper, id: Text(id))
        let path = Text(paper.text("file_name") ?? wanted.hex)
        _ = try await useCases.writeScanned(chunks, to: path, expectedBytes: expectedBytes) { stored, findings in
            guard stored.digest == wanted else {
                throw AssayError(.conflict, "These bytes have another SHA-256 (\(stored.digest)) than the record names (\(wanted)).")
            }
            useCases.warn(findings, of: "record \(id)")
            return try await store.write { tx in
                guard try tx.files(owner).isEmpty else { throw AssayError(.conflict, "The file of record \(id) is here already.") }
                return try tx.putFile(FileRecord(path: path, stored: stored, writtenBy: principal), of: owner)
            }
        }
    }

    /// - Throws: `notFound` for an unknown record, and for one whose file nobody handed in.
    package func file(ofRecord id: String) async throws -> FileRecord {
        try await store.read { tx in
            let paper = try self.existingPaper(id, .record, tx)
            guard let file = try tx.files(FileOwner(.paper, id: Text(paper.record.id))).first else {
                throw AssayError(.notFound, "No file was handed in with the record \(id).")
            }
            return file
        }
    }
}

extension Paper {
    /// How its subject is named now.
    var address: PaperAddress {
        get throws(AssayError) {
            try PaperAddress(model: model, version: record.subject.version, dataset: record.subject.dataset)
        }
    }
}
