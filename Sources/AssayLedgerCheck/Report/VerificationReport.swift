/// What the verifier saw.
package struct VerificationReport: Sendable {
    package internal(set) var origin: String?
    /// Entries of the tree that the newest checkpoint signs.
    package internal(set) var size: UInt64?
    /// Its root, in base 64.
    package internal(set) var root: String?
    /// Checkpoints in the list that are as they should be.
    package internal(set) var checkpointCount = 0
    /// Signatures of the newest checkpoint by keys that were not given: of witnesses, perhaps.
    package internal(set) var foreignSignatureCount = 0
    /// Keys that the log was signed with, one after the other.
    package internal(set) var keyCount = 1
    /// Whether the key came from outside, not from the ledger's own folder.
    package internal(set) var hasForeignKey = false
    /// Sizes of the kept checkpoints the log was compared with, and begins with.
    package internal(set) var comparedSizes: [UInt64] = []
    /// Entries of the database that were compared; `nil` if none were handed in.
    package internal(set) var databaseEntryCount: Int?
    /// Payloads whose digest was compared with the leaf.
    package internal(set) var payloadCount = 0
    package internal(set) var erasedPayloadCount = 0
    package internal(set) var findings: [Finding] = []
    /// Files of a larger tree that is not signed yet, and what an interrupted write left: nothing wrong.
    package internal(set) var pending: [String] = []

    package var isConsistent: Bool { findings.isEmpty }

    /// The report for people, one line each; the last line is the verdict and says what it rests on.
    package var lines: [String] {
        var lines: [String] = []
        if let origin, let size, let root {
            lines.append("log \(origin)")
            lines.append("newest checkpoint: \(size) entries, root \(root)")
            lines.append("checkpoints in the list: \(checkpointCount)")
        }
        if keyCount > 1 { lines.append("keys: \(keyCount), each named by an entry that the one before signed") }
        if foreignSignatureCount > 0 {
            lines.append("signatures by keys that were not given: \(foreignSignatureCount), not checked")
        }
        if !hasForeignKey { lines.append("the key is the ledger's own; give --key to compare with one you keep") }
        if let databaseEntryCount {
            lines.append(
                "database: \(databaseEntryCount) entries compared, \(payloadCount) payloads, "
                    + "\(erasedPayloadCount) erased"
            )
        }
        lines += pending.map { "pending: " + $0 }
        lines += findings.map { "FINDING: " + $0.description }
        return lines + [verdict]
    }

    /// The last line.
    package var verdict: String {
        if !findings.isEmpty { return "NOT consistent: \(findings.count) finding\(findings.count == 1 ? "" : "s")" }
        guard let newest = comparedSizes.max() else {
            return "consistent in itself; not compared with any earlier checkpoint"
        }
        return "consistent; begins with the kept checkpoint of size \(newest)"
    }
}
