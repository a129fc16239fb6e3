import AssayCanonical
import AssayJSON
import AssayTerms
import Foundation

/// The folder of an export while it is written; its form is what `ExportCheck` reads.
///
/// No name of a file is anybody's text: files are named by digests.
final class ExportFolder {
    let path: String
    private let payloads: FileHandle
    private var indexes: ClosedRange<Int64>?

    var ledgerPath: String { path + "/ledger" }

    /// Makes the folder, for its owner only: it holds what people wrote.
    init(path: String) throws {
        self.path = path
        let files = FileManager.default
        try files.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for folder in ["ledger", "policies", "evidence"] {
            try files.createDirectory(atPath: path + "/" + folder, withIntermediateDirectories: true)
        }
        guard files.createFile(atPath: path + "/payloads.txt", contents: nil),
            let handle = FileHandle(forWritingAtPath: path + "/payloads.txt")
        else { throw AssayError(.unavailable, "\(path) cannot be written") }
        payloads = handle
    }

    /// A line of `payloads.txt`.
    func add(_ entry: JSONValue) throws {
        let (index, line) = try Self.line(entry)
        indexes = (indexes?.lowerBound ?? index)...index
        try payloads.write(contentsOf: Data(line.utf8))
    }

    /// Writes which entries were added, and the entry that tells of the export.
    func write(period export: JSONValue) throws {
        let entries = indexes.map { "\($0.lowerBound) \($0.upperBound)" } ?? "none"
        try write(.string("entries \(entries)\nexport \(try Self.line(export).text)"), "period.txt")
    }

    private static func line(_ entry: JSONValue) throws -> (index: Int64, text: String) {
        guard let index = entry["index"]?.integer else { throw unreadable }
        if entry["erased"]?.bool == true { return (index, "\(index) erased\n") }
        guard let salt = entry["salt"]?.string, let payload = entry["payload"]?.string, !payload.utf8.contains(0x0A) else {
            throw unreadable
        }
        return (index, "\(index) \(salt) \(payload)\n")
    }

    func write(documents: JSONValue) throws {
        var lines = ""
        for policy in documents["policies"]?.array ?? [] {
            let digest = try digest(policy["digest"])
            lines += "\(digest) \(policy["index"]?.integer ?? 0)\n"
            try write(policy["canonical"], "policies/\(digest).json")
            try write(policy["source"], "policies/\(digest).yaml")
        }
        try write(.string(lines), "policies.txt")
        lines = ""
        var written: [Text: Set<Text>] = [:]
        for statement in documents["evidence"]?.array ?? [] {
            let (digest, index) = (try digest(statement["claim"]), statement["index"]?.integer ?? 0)
            lines += "\(digest) \(index)\n"
            let (claim, envelope) = (Text(digest), Text(statement["envelope"]?.string ?? ""))
            // What others signed of the same claim has a file of its own, called by the first entry that tells of it.
            let isFirst = written[claim] == nil
            guard written[claim, default: []].insert(envelope).inserted else { continue }
            try write(statement["envelope"], "evidence/\(digest)\(isFirst ? "" : "-\(index)").dsse.json")
        }
        try write(.string(lines), "evidence.txt")
        try write(.string((documents["erasures"]?.array ?? []).map { try Self.line($0).text }.joined()), "erasures.txt")
        let keys = (documents["evidence_keys"]?.array ?? []).compactMap(\.string)
        try write(.string(keys.map { $0 + "\n" }.joined()), "evidence-keys.txt")
    }

    /// Writes how to verify, and the digests of all files.
    func finish(from: String, to: String) throws {
        try payloads.close()
        let key = try String(contentsOfFile: ledgerPath + "/vkey", encoding: .utf8)
        try write(.string(Self.readme(from: from, to: to, key: key)), "README.txt")
        var sums = ""
        for name in try FileManager.default.subpathsOfDirectory(atPath: path).sorted() {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: path + "/" + name)))
            sums += "\(SHA256Hasher.digest(of: bytes).hex)  \(name)\n"
        }
        try write(.string(sums), "SHA256SUMS")
    }

    private func write(_ text: JSONValue?, _ name: String) throws {
        guard let text = text?.string else { throw Self.unreadable }
        try Data(text.utf8).write(to: URL(filePath: path + "/" + name))
    }

    private func digest(_ value: JSONValue?) throws -> String {
        guard let text = value?.string, let digest = SHA256Digest(hex: text) else { throw Self.unreadable }
        return digest.hex
    }

    private static let unreadable = AssayError(.unreadable, "the server did not answer an export as this program knows it")

    private static func readme(from: String, to: String, key: String) -> String {
        """
        What was decided, and the proof that this is the record that was made
        ======================================================================

        Period: \(from) to \(to).

        ledger/            the whole log: checkpoint, the list of all checkpoints, tiles and entry bundles, in the formats
                           c2sp.org/tlog-tiles, tlog-checkpoint and signed-note; hashes by RFC 6962
        period.txt         the first and the last entry of the period, and the entry that tells of this export: it names the period's
                           ends, and the entries' own times say which of them lie between
        payloads.txt       what the period's entries say, a line each: index, salt, payload; "erased" where it was destroyed
        erasures.txt       what later entries say that tell of such destruction, in the same form
        policies/          every policy published by the end of the period: <digest>.yaml as it was written, <digest>.json the
                           canonical text that decisions name by its SHA-256; policies.txt names the entry of each
        evidence/          signed statements (DSSE, in-toto) that entries of the period tell of, <claim>.dsse.json, and
                           <claim>-<entry>.dsse.json by whoever else made it; evidence.txt names the entry
        evidence-keys.txt  public keys of Ed25519 that sign evidence, oldest first, in hexadecimal
        SHA256SUMS         digests of all files: sha256sum -c SHA256SUMS

        To check it with nothing of the server's:

            assay-verify FOLDER --key VKEY --since CHECKPOINT

        VKEY is the key you kept, from a channel of your own; the one that stands beside the log is
            \(key)
        CHECKPOINT is a file with a checkpoint you kept. Without --since the log is compared with itself only: whoever holds
        its key could have written it anew. It also asks for every entry of the period, and for an entry that tells of whatever is
        called erased. The texts of policies and the signatures of evidence are checked; this README.txt is vouched for by nobody.

        By hand: the SHA-256 of a line's salt (as bytes) and its payload, one after the other, is the "payload" that the entry
        of that index holds in ledger/tile/entries; the entries give the tiles, and the tiles the root that the checkpoint signs.

        This supports an audit of the record. It says nothing of whether what was recorded is true.

        """
    }
}
