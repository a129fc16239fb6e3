import AssayStore
import AssayTerms
import Logging

/// Secrets that somebody logs by accident: they would be read by everybody who may read the run, and stay in backups.
extension UseCases {
    /// Names whose values are secrets whatever they look like.
    private static let secretNames = ["password", "passwd", "secret", "secret_key", "api_key", "apikey", "access_key", "auth_token", "access_token"]
    /// On a run, at most.
    private static let toldLimit = 20

    /// Where the pairs hold secrets.
    ///
    /// - Parameter kind: `parameter` or `tag`.
    /// - Throws: `invalidArgument`, naming the place and the kind of secret, where they are refused.
    func scan(_ pairs: [KeyValue], _ kind: String) throws(AssayError) -> [SecretFinding] {
        guard secretScan != .off else { return [] }
        var findings: [SecretFinding] = []
        for pair in pairs {
            // A name that is a secret is repeated nowhere.
            if let match = SecretScanner.matches(in: pair.key).first {
                findings.append(SecretFinding(place: "the name of a \(kind)", rule: match.rule))
            } else if let match = SecretScanner.matches(in: pair.value).first {
                findings.append(SecretFinding(place: "\(kind) '\(pair.key)'", rule: match.rule))
            } else if Self.isSecret(name: pair.key, value: pair.value) {
                findings.append(SecretFinding(place: "\(kind) '\(pair.key)'", rule: "a value under the name of a secret"))
            }
        }
        try refuse(findings)
        return findings
    }

    /// Where other texts hold secrets, each with what it is in words: `the name of a run`.
    ///
    /// - Throws: as ``scan(_:_:)``.
    func scan(texts: [(text: Text?, what: String)]) throws(AssayError) -> [SecretFinding] {
        guard secretScan != .off else { return [] }
        var findings: [SecretFinding] = []
        for (text, what) in texts {
            if let text, let match = SecretScanner.matches(in: text).first { findings.append(SecretFinding(place: what, rule: match.rule)) }
        }
        try refuse(findings)
        return findings
    }

    /// Keeps a file as `BlobStore.write` does, looking at it on its way.
    ///
    /// - Throws: as ``scan(_:_:)``, and what writing and mentioning throw; nothing is kept then.
    func writeScanned<Chunks: AsyncSequence & Sendable, Value: Sendable>(
        _ chunks: Chunks, to path: Text, expectedBytes: Int64?,
        mention: @Sendable (StoredBlob, [SecretFinding]) async throws -> Value
    ) async throws -> Value where Chunks.Element == [UInt8] {
        guard secretScan != .off else {
            return try await blobs.write(chunks, expectedBytes: expectedBytes) { try await mention($0, []) }
        }
        let inPath = try scan(texts: [(path, "the path of an artifact")])
        let name = inPath.isEmpty ? "'\(path)' " : ""
        let passing = PassingSecrets()
        let scanned = chunks.map { chunk in
            passing.add(chunk)
            return chunk
        }
        return try await blobs.write(scanned, expectedBytes: expectedBytes) { stored in
            let findings = inPath + passing.finish().map { SecretFinding(place: "artifact \(name)line \($0.line)", rule: $0.rule) }
            try refuse(findings)
            return try await mention(stored, findings)
        }
    }

    /// Says it on the run that owns the file; of what belongs to no run the server's log tells.
    func tell(_ findings: [SecretFinding], on owner: FileOwner, _ tx: any StoreTransaction) throws {
        guard !findings.isEmpty else { return }
        if owner.kind == .run, let run = try tx.runHandle(owner.id) {
            try tell(findings, on: run, tx)
        } else {
            warn(findings, of: "\(owner.kind.rawValue) \(owner.id)")
        }
    }

    /// For what has no tags of a run: in the server's log, which repeats neither names nor values.
    func warn(_ findings: [SecretFinding], of object: String) {
        guard !findings.isEmpty else { return }
        let kinds = Set(findings.map(\.rule)).sorted().joined(separator: ", ")
        logger.warning("secrets were logged", metadata: ["object": "\(object)", "kinds": "\(kinds)", "count": "\(findings.count)"])
    }

    /// Says on the run what was found, beside what was said before. Nothing else of it is kept.
    func tell(_ findings: [SecretFinding], on run: RunHandle, _ tx: any StoreTransaction) throws {
        guard !findings.isEmpty else { return }
        let known = try tx.tag(SecretScan.tag, of: run).map { $0.string.split(separator: "\n").map(String.init) } ?? []
        var told = known
        for finding in findings where !told.contains(finding.text) && told.count < Self.toldLimit { told.append(finding.text) }
        guard told != known else { return }
        try tx.append(RunBatch(tags: [KeyValue(key: SecretScan.tag, value: Text(told.joined(separator: "\n")))]), to: run)
    }

    private func refuse(_ findings: [SecretFinding]) throws(AssayError) {
        guard secretScan == .refuse, let first = findings.first else { return }
        let more = findings.count > 1 ? " (and \(findings.count - 1) more)" : ""
        throw AssayError(
            .invalidArgument,
            "A secret is about to be logged, and this server takes none: \(first.text)\(more). Nothing was kept. Remove it, have it replaced where it is used if it went anywhere else, and log again.")
    }

    private static func isSecret(name: Text, value: Text) -> Bool {
        let plain = name.string.lowercased().replacing("-", with: "_")
        guard value.utf8Count >= 8, secretNames.contains(where: { plain == $0 || plain.hasSuffix("_" + $0) || plain.hasSuffix("." + $0) })
        else { return false }
        // Stars, words in brackets and references stand for a secret and are none.
        return !value.utf8.contains { $0 <= 0x20 } && !"*<${%[".utf8.contains(value.utf8.first ?? 0)
            && Double(value.string) == nil && !["none", "null", "redacted"].contains(value.string.lowercased())
    }
}
