import Crypto

/// Policies and evidence: each as the entry that names it says, and none left out.
extension ExportCheck {
    private static let sourceSubject = "policy-source"

    mutating func checkPolicies() throws(LogReadError) {
        let items = try listed("policies.txt", type: "policy")
        for digest in items.map(\.digest) {
            policyCount += 1
            let path = "policies/\(digest).json"
            told.formUnion([path, "policies/\(digest).yaml"])
            guard let file = try files.digest(path) else {
                findings.append(Finding(path, "the file is missing"))
                continue
            }
            if LogVerifyingKey.hexadecimal(file.hash) != digest {
                findings.append(Finding(path, offset: 0, length: max(1, file.length), "it is not the policy that was published"))
            }
        }
        try checkSources(of: items)
        noteMissing(scope?.policies, items.map(\.index), "policies.txt", "a policy that was published by the period's end is left out")
    }

    /// The texts as they were written, which entries name beside what they say in canonical form.
    private mutating func checkSources(of items: [(digest: String, index: UInt64)]) throws(LogReadError) {
        for (digest, index) in items {
            let path = "policies/\(digest).yaml"
            guard let leaf = try leaves.leaf(index), leaf.hasSubject(Self.sourceSubject) else { continue }
            guard let file = try files.digest(path) else {
                findings.append(Finding(path, "the file is missing"))
                continue
            }
            if !leaf.names(LogVerifyingKey.hexadecimal(file.hash), as: Self.sourceSubject) {
                findings.append(Finding(path, offset: 0, length: max(1, file.length), "it is not the text that was published"))
            }
        }
    }

    mutating func checkEvidence() throws(LogReadError) {
        let keys = try evidenceKeys()
        let items = try listed("evidence.txt", type: "claim")
        for (digest, index) in items {
            evidenceCount += 1
            // Of a claim that several signed each but the first has a file called by its entry too.
            var path = "evidence/\(digest)-\(index).dsse.json"
            var found = try files.read(path)
            if found == nil {
                path = "evidence/\(digest).dsse.json"
                found = try files.read(path)
            }
            told.insert(path)
            guard let bytes = found else {
                findings.append(Finding(path, "the file is missing"))
                continue
            }
            if let fault = Self.fault(of: SignedStatement(bytes), claim: digest, keys) {
                findings.append(Finding(path, offset: 0, length: max(1, bytes.count), fault))
            }
        }
        // Which statement an entry tells of, its payload says; where that is erased, nobody knows.
        noteMissing(
            scope?.evidence.subtracting(erased), items.map(\.index), "evidence.txt",
            "a statement of evidence that the entry tells of is left out")
    }

    /// Whoever adds a file may add its line to the list of digests as well.
    mutating func checkNoOtherFiles() throws(LogReadError) {
        for path in try files.paths() ?? [] where !told.contains(path) && !path.hasPrefix(Self.ledgerFolder + "/") {
            findings.append(Finding(path, offset: 0, "no entry of the log tells of this file"))
        }
    }

    private static func fault(of signed: SignedStatement?, claim: String, _ keys: EvidenceKeys) -> String? {
        guard let signed else { return "it is no envelope of an in-toto statement" }
        if !signed.isSigned(by: keys.server) {
            guard signed.isSigned(by: keys.evaluators) else { return "no key of evidence-keys.txt signed the statement" }
            guard signed.isAttested else { return "an evaluator signed what only the server's own key may say" }
        }
        return StatementClaim.digest(of: signed.statement) == claim ? nil : "it is another statement than the entry tells of"
    }

    private typealias EvidenceKeys = (server: [Curve25519.Signing.PublicKey], evaluators: [Curve25519.Signing.PublicKey])

    private mutating func evidenceKeys() throws(LogReadError) -> EvidenceKeys {
        var keys: EvidenceKeys = ([], [])
        let files = files
        var number = 0
        _ = try files.lines("evidence-keys.txt") { (line, offset) throws(LogReadError) in
            number += 1
            if let key = HexText.decode(line).flatMap({ SignerKey.read($0) }) {
                let digest = LogVerifyingKey.hexadecimal(Array(SHA256.hash(data: key.rawRepresentation)))
                if scope?.names(serverKey: digest) ?? true { keys.server.append(key) }
                if scope?.names(evaluatorKey: digest) == true { keys.evaluators.append(key) }
                if let scope, !scope.names(serverKey: digest), !scope.names(evaluatorKey: digest) {
                    findings.append(
                        Finding(
                            "evidence-keys.txt", offset: offset, length: line.count, line: number,
                            "no entry of the log names this key as one that signs evidence"))
                }
            } else {
                findings.append(
                    Finding(
                        "evidence-keys.txt", offset: offset, length: max(1, line.count), line: number,
                        "the line is no public key, or one of small order, under which anybody can sign"))
            }
        }
        return keys
    }

    private mutating func noteMissing(_ wanted: Set<UInt64>?, _ indexes: [UInt64], _ file: String, _ words: String) {
        for index in (wanted ?? []).subtracting(indexes).sorted() {
            findings.append(Finding(file, entries: index..<(index + 1), words))
        }
    }

    /// Lines `<digest> <index of the entry that names it>`, of which the entry must name the digest as `type`.
    private mutating func listed(_ file: String, type: String) throws(LogReadError) -> [(digest: String, index: UInt64)] {
        var items: [(digest: String, index: UInt64)] = []
        var number = 0
        let files = files
        let isThere = try files.lines(file) { (line, offset) throws(LogReadError) in
            number += 1
            let fields = String(decoding: line, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
            guard fields.count == 2, HexText.decode(fields[0].utf8)?.count == 32, let index = UInt64(fields[1]),
                let leaf = try leaves.leaf(index), leaf.names(String(fields[0]), as: type)
            else {
                findings.append(
                    Finding(file, offset: offset, length: max(1, line.count), line: number, "no entry of the log names this digest"))
                return
            }
            items.append((String(fields[0]), index))
        }
        if !isThere { findings.append(Finding(file, "the file is missing")) }
        return items
    }
}
