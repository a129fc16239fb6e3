/// A folder that an auditor was handed: the log, and beside it payloads, policies and evidence of a period.
///
/// The log is checked as any ledger's folder. Everything beside it must follow from its entries, and nothing may be left out:
///
/// - `period.txt` says which entries the export is of; see ``ExportPeriod``.
/// - `payloads.txt`, a line for each of them and in their order: an entry's index, its salt in hexadecimal, its payload as text;
///   SHA-256(salt ‖ payload) is what the entry says. `erased` stands in the place of both where they were destroyed, and only if
///   an entry names it that tells of the erasure: in `payloads.txt`, or in `erasures.txt` where that came after the period.
/// - `policies/<digest>.json`, listed in `policies.txt` with the entry that published it: SHA-256 of the file is the digest, and that
///   of the text as it was written, `<digest>.yaml`, is in the entry too. Every policy published by the period's end is there.
/// - `evidence/<claim>.dsse.json`, listed in `evidence.txt` with the entry that tells of it (`<claim>-<entry>.dsse.json` where others had
///   made the claim before, which shows only while the file is there): what the statement claims has that digest, and it is signed, as
///   DSSE says, by a key of `evidence-keys.txt`, each of which an entry of the log names; an evaluator's key signs only what is
///   `attested`. Every statement that an entry of the period tells of is there.
/// - `SHA256SUMS`, of all files. There are no others, but for `README.txt`.
package struct ExportCheck {
    package private(set) var log: VerificationReport
    package internal(set) var findings: [Finding] = []
    package internal(set) var payloadCount = 0
    package internal(set) var erasedCount = 0
    package internal(set) var policyCount = 0
    package internal(set) var evidenceCount = 0
    /// The entries it is of; `nil` if that cannot be told.
    package var entries: Range<UInt64>? { scope?.entries }

    package static let ledgerFolder = "ledger"
    static let sumsFile = "SHA256SUMS"
    static let periodFile = "period.txt"
    static let payloadsFile = "payloads.txt"
    static let erasuresFile = "erasures.txt"

    let files: FolderLogFiles
    let leaves: LeafReader
    private(set) var period: ExportPeriod?
    private(set) var scope: ExportScope?
    /// Files that an export has, and those that entries name.
    var told: Set<String> = [
        sumsFile, periodFile, payloadsFile, erasuresFile, "README.txt", "policies.txt", "evidence.txt", "evidence-keys.txt",
    ]
    /// Indexes of entries whose payload the export calls erased.
    var erased: Set<UInt64> = []

    /// Whether a folder is an export.
    package static func isExport(_ folder: String) -> Bool {
        let files = FolderLogFiles(folder: folder)
        return [payloadsFile, periodFile].contains { (try? files.length($0)) != nil }
    }

    /// - Throws: `LogReadError` if files cannot be read, or `key` or `since` is not what it should be.
    package init(folder: String, key: String?, since: [UInt8]?) throws(LogReadError) {
        files = FolderLogFiles(folder: folder)
        let ledger = FolderLogFiles(folder: folder + "/" + Self.ledgerFolder)
        log = try LogVerifier.verify(files: ledger, key: key, since: since)
        leaves = LeafReader(files: ledger, size: log.size ?? 0)
        try checkSums()
        try readPeriod()
        try checkPayloads()
        try checkPolicies()
        try checkEvidence()
        try checkNoOtherFiles()
    }

    package var isConsistent: Bool { log.isConsistent && findings.isEmpty }

    package var lines: [String] {
        var lines = Array(log.lines.dropLast())
        if let period, let scope {
            let entries =
                scope.entries.isEmpty ? "no entries" : "entries \(scope.entries.lowerBound) to \(scope.entries.upperBound - 1)"
            lines.append("period: \(period.from) to \(period.through), \(entries); entry \(period.index) tells of the export")
        }
        lines.append(
            "export: \(payloadCount) payloads, \(erasedCount) erased; \(policyCount) policies, \(evidenceCount) statements of evidence")
        lines += findings.map { "FINDING: " + $0.description }
        let count = log.findings.count + findings.count
        return lines + [count == 0 ? log.verdict : "NOT consistent: \(count) finding\(count == 1 ? "" : "s")"]
    }

    private mutating func checkSums() throws(LogReadError) {
        var listed: Set<String> = [Self.sumsFile]
        var number = 0
        let files = files
        let isThere = try files.lines(Self.sumsFile) { (line, offset) throws(LogReadError) in
            number += 1
            let text = String(decoding: line, as: UTF8.self)
            let path = String(text.dropFirst(66))
            guard text.utf8.count > 66, text.dropFirst(64).hasPrefix("  "), !path.split(separator: "/").contains("..") else {
                findings.append(Finding(Self.sumsFile, offset: offset, line: number, "the line names no digest and file"))
                return
            }
            listed.insert(path)
            guard let digest = try files.digest(path) else {
                findings.append(Finding(path, "the file is missing"))
                return
            }
            if LogVerifyingKey.hexadecimal(digest.hash) != text.prefix(64) {
                findings.append(Finding(path, offset: 0, length: max(1, digest.length), "its bytes are not those that were exported"))
            }
        }
        guard isThere else {
            findings.append(Finding(Self.sumsFile, "the file is missing"))
            return
        }
        for path in try files.paths() ?? [] where !listed.contains(path) {
            findings.append(Finding(path, offset: 0, "the file was not exported"))
        }
    }

    private mutating func readPeriod() throws(LogReadError) {
        guard let bytes = try files.read(Self.periodFile) else {
            findings.append(Finding(Self.periodFile, "the file is missing; it says which entries the export is of"))
            return
        }
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        guard lines.count == 3, lines[2].isEmpty, let read = try ExportPeriod(lines[1], leaves: leaves),
            let found = try ExportScope(read, leaves: leaves)
        else {
            findings.append(
                Finding(Self.periodFile, offset: 0, length: max(1, bytes.count), "no entry of the log tells of an export of this period"))
            return
        }
        period = read
        scope = found
        let range = found.entries
        let said = range.isEmpty ? "entries none" : "entries \(range.lowerBound) \(range.upperBound - 1)"
        if !lines[0].elementsEqual(said.utf8) {
            findings.append(
                Finding(
                    Self.periodFile, offset: 0, length: max(1, lines[0].count), line: 1,
                    "by the log's own times the period has \(said)"))
        }
    }
}
