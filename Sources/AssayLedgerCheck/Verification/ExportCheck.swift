import Crypto
import Foundation

/// A folder that an auditor was handed: the log, and beside it payloads, policies and evidence of a period.
///
/// The log is checked as any ledger's folder. Everything beside it must follow from its entries:
///
/// - `payloads.txt`, a line each: an entry's index, its salt in hexadecimal, its payload as text; SHA-256(salt ‖ payload) is
///   what the entry says. `erased` stands in the place of both where they were destroyed.
/// - `policies/<digest>.json`, listed in `policies.txt` with the entry that published it: SHA-256 of the file is the digest.
/// - `evidence/<claim>.dsse.json`, listed in `evidence.txt` with the entry that tells of it: signed, as DSSE says, by a key
///   of `evidence-keys.txt`.
/// - `SHA256SUMS`, of all files.
package struct ExportCheck {
    package private(set) var log: VerificationReport
    package private(set) var findings: [Finding] = []
    package private(set) var payloadCount = 0
    package private(set) var erasedCount = 0
    package private(set) var policyCount = 0
    package private(set) var evidenceCount = 0

    package static let ledgerFolder = "ledger"
    static let sumsFile = "SHA256SUMS"
    static let payloadsFile = "payloads.txt"

    private let files: FolderLogFiles
    private let leaves: LeafReader

    /// Whether a folder is an export.
    package static func isExport(_ folder: String) -> Bool {
        (try? FolderLogFiles(folder: folder).read(payloadsFile)) != nil
    }

    /// - Throws: `LogReadError` if files cannot be read, or `key` or `since` is not what it should be.
    package init(folder: String, key: String?, since: [UInt8]?) throws(LogReadError) {
        files = FolderLogFiles(folder: folder)
        let ledger = FolderLogFiles(folder: folder + "/" + Self.ledgerFolder)
        log = try LogVerifier.verify(files: ledger, key: key, since: since)
        leaves = LeafReader(files: ledger, size: log.size ?? 0)
        try checkSums()
        try checkPayloads()
        try checkPolicies()
        try checkEvidence()
    }

    package var isConsistent: Bool { log.isConsistent && findings.isEmpty }

    package var lines: [String] {
        var lines = Array(log.lines.dropLast())
        lines.append(
            "export: \(payloadCount) payloads, \(erasedCount) erased; \(policyCount) policies, \(evidenceCount) statements of evidence")
        lines += findings.map { "FINDING: " + $0.description }
        let count = log.findings.count + findings.count
        return lines + [count == 0 ? log.verdict : "NOT consistent: \(count) finding\(count == 1 ? "" : "s")"]
    }

    // MARK: - Parts

    private mutating func checkSums() throws(LogReadError) {
        guard let sums = try files.read(Self.sumsFile) else {
            findings.append(Finding(Self.sumsFile, "the file is missing"))
            return
        }
        var listed: Set<String> = [Self.sumsFile]
        for (number, line) in Self.lines(sums).enumerated() {
            let text = String(decoding: line, as: UTF8.self)
            let path = String(text.dropFirst(66))
            guard text.utf8.count > 66, text.dropFirst(64).hasPrefix("  "), !path.split(separator: "/").contains("..") else {
                findings.append(Finding(Self.sumsFile, offset: line.startIndex, line: number + 1, "the line names no digest and file"))
                continue
            }
            listed.insert(path)
            guard let bytes = try files.read(path) else {
                findings.append(Finding(path, "the file is missing"))
                continue
            }
            if Self.digest(bytes) != text.prefix(64) {
                findings.append(Finding(path, offset: 0, length: max(1, bytes.count), "its bytes are not those that were exported"))
            }
        }
        for path in try files.paths() ?? [] where !listed.contains(path) {
            findings.append(Finding(path, offset: 0, "the file was not exported"))
        }
    }

    private mutating func checkPayloads() throws(LogReadError) {
        guard let bytes = try files.read(Self.payloadsFile) else {
            findings.append(Finding(Self.payloadsFile, "the file is missing"))
            return
        }
        for (number, line) in Self.lines(bytes).enumerated() {
            let fields = line.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
            let index = fields.first.flatMap { UInt64(String(decoding: $0, as: UTF8.self)) }
            guard let index, let leaf = try leaves.leaf(index) else {
                findings.append(
                    Finding(Self.payloadsFile, offset: line.startIndex, line: number + 1, "the line is of no entry of the log"))
                continue
            }
            if fields.count == 2, fields[1].elementsEqual("erased".utf8) {
                erasedCount += 1
                continue
            }
            payloadCount += 1
            guard fields.count == 3, let salt = Self.bytes(hexadecimal: fields[1]),
                ByteSearch.contains(leaf[...], Array(#""payload":"\#(Self.digest(salt + Array(fields[2])))""#.utf8))
            else {
                findings.append(
                    Finding(
                        Self.payloadsFile, offset: line.startIndex, length: line.count, line: number + 1,
                        entries: index..<(index + 1), "the payload is not the one the entry was made with"))
                continue
            }
        }
    }

    private mutating func checkPolicies() throws(LogReadError) {
        for item in try listed("policies.txt", type: "policy") {
            policyCount += 1
            let path = "policies/\(item.digest).json"
            guard let bytes = try files.read(path) else {
                findings.append(Finding(path, "the file is missing"))
                continue
            }
            if Self.digest(bytes) != item.digest {
                findings.append(Finding(path, offset: 0, length: max(1, bytes.count), "it is not the policy that was published"))
            }
        }
    }

    private mutating func checkEvidence() throws(LogReadError) {
        let lines = Self.lines(try files.read("evidence-keys.txt") ?? [])
        let keys = lines.compactMap { line in
            Self.bytes(hexadecimal: line).flatMap { try? Curve25519.Signing.PublicKey(rawRepresentation: $0) }
        }
        for item in try listed("evidence.txt", type: "claim") {
            evidenceCount += 1
            let path = "evidence/\(item.digest).dsse.json"
            guard let bytes = try files.read(path) else {
                findings.append(Finding(path, "the file is missing"))
                continue
            }
            if !SignedStatement.isSigned(bytes, by: keys) {
                findings.append(
                    Finding(path, offset: 0, length: max(1, bytes.count), "no key of evidence-keys.txt signed the statement"))
            }
        }
    }

    /// Lines `<digest> <index of the entry that names it>`, of which the entry must name the digest as `type`.
    private mutating func listed(_ file: String, type: String) throws(LogReadError) -> [(digest: String, index: UInt64)] {
        guard let bytes = try files.read(file) else {
            findings.append(Finding(file, "the file is missing"))
            return []
        }
        var items: [(String, UInt64)] = []
        for (number, line) in Self.lines(bytes).enumerated() {
            let fields = String(decoding: line, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
            guard fields.count == 2, Self.bytes(hexadecimal: Array(fields[0].utf8)[...])?.count == 32, let index = UInt64(fields[1]),
                let leaf = try leaves.leaf(index),
                ByteSearch.contains(leaf[...], Array(#"{"digest":"\#(fields[0])","type":"\#(type)"}"#.utf8))
            else {
                findings.append(
                    Finding(file, offset: line.startIndex, length: max(1, line.count), line: number + 1, "no entry of the log names this digest"))
                continue
            }
            items.append((String(fields[0]), index))
        }
        return items
    }

    private static func digest(_ bytes: [UInt8]) -> String { LogVerifyingKey.hexadecimal(Array(SHA256.hash(data: bytes))) }

    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] { bytes.split(separator: 0x0A) }

    private static func bytes(hexadecimal digits: ArraySlice<UInt8>) -> [UInt8]? {
        let digits = Array(digits)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Character(UnicodeScalar(digits[place])).hexDigitValue,
                let low = Character(UnicodeScalar(digits[place + 1])).hexDigitValue
            else { return nil }
            bytes.append(UInt8(high * 16 + low))
        }
        return bytes
    }
}

/// Entries by their index; reads each bundle once while indexes rise.
private final class LeafReader {
    private let files: any LogFiles
    private let size: UInt64
    private var number: UInt64?
    private var entries: [ArraySlice<UInt8>] = []

    init(files: any LogFiles, size: UInt64) {
        self.files = files
        self.size = size
    }

    /// `nil` beyond the log, or if the bundle cannot be read as one.
    func leaf(_ index: UInt64) throws(LogReadError) -> [UInt8]? {
        guard index < size else { return nil }
        if number != index / 256 {
            let width = Int(min(256, size - index / 256 * 256))
            let bytes = try files.read(TileName(level: nil, index: index / 256, width: width).text)
            entries = bytes.flatMap { BundleCheck.entries($0, count: width) } ?? []
            number = index / 256
        }
        let place = Int(index % 256)
        return place < entries.count ? Array(entries[place]) : nil
    }
}

/// A DSSE envelope (github.com/secure-systems-lab/dsse), read with nothing of ours.
private enum SignedStatement {
    static func isSigned(_ bytes: [UInt8], by keys: [Curve25519.Signing.PublicKey]) -> Bool {
        guard let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any],
            let type = object["payloadType"] as? String,
            let payload = (object["payload"] as? String).flatMap({ Base64Text.decode($0.utf8) }),
            let signatures = object["signatures"] as? [[String: Any]], signatures.count <= 64
        else { return false }
        let message = Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
        return signatures.contains { signature in
            guard let bytes = (signature["sig"] as? String).flatMap({ Base64Text.decode($0.utf8) }) else { return false }
            return keys.contains { $0.isValidSignature(bytes, for: message) }
        }
    }
}
