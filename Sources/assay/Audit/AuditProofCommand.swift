import ArgumentParser
import AssayCanonical
import AssayLedger
import AssayLedgerFormat
import AssayTerms

struct AuditProofCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proof",
        abstract: "Print a proof that an entry is in the log, which needs no server to check.",
        discussion: "The output is a .tlog-proof (c2sp.org/tlog-proof) for the newest checkpoint.")

    @Argument(help: "The entry's index in the log, from 0.")
    var index: UInt64

    @OptionGroup var location: AuditLocation

    @Option(name: [.customShort("o"), .long], help: "Write to this file instead of standard output.")
    var output: String?

    func run() async throws {
        let proof: TlogProof
        let entry: [UInt8]
        switch try location.place() {
        case .server(let client):
            proof = try TlogProof(parsing: try await client.get("proof?index=\(index)"))
            let size = try Checkpoint(text: proof.checkpoint.text).size
            entry = try self.entry(in: try await client.get(try bundle(size: size).text), size: size)
        case .folder(let ledger, _):
            let log = PublishedLog(files: try PosixLedgerFiles(folder: ledger))
            proof = try log.proof(index: index)
            let size = try Checkpoint(text: proof.checkpoint.text).size
            let path = try bundle(size: size).text
            guard let bytes = try log.resource(path) else {
                throw AssayError(.corrupt, "\(path) of the ledger is missing")
            }
            entry = try self.entry(in: bytes, size: size)
        }
        // A proof that does not prove is of no use to whoever is given it.
        let checkpoint = try Checkpoint(text: proof.checkpoint.text)
        guard
            MerkleProof.provesInclusion(
                of: MerkleHash.leaf(entry), at: proof.index, size: checkpoint.size, root: checkpoint.root,
                path: proof.path), proof.index == index
        else {
            throw AssayError(.corrupt, "the log does not prove its entry \(index); run `assay audit verify`")
        }
        if let output {
            try SmallFile.replace(output, with: proof.bytes)
        } else {
            try StandardOutput.write(proof.bytes)
        }
    }

    /// - Throws: `notFound` if there is no such entry in a tree of `size`.
    private func bundle(size: UInt64) throws(AssayError) -> TilePath {
        guard index < size else {
            throw AssayError(.notFound, "the published log has \(size) entries; there is no entry \(index) yet")
        }
        return TilePath(.entries, index: index / 256, width: Int(min(256, size - index / 256 * 256)))
    }

    private func entry(in bytes: [UInt8], size: UInt64) throws(AssayError) -> [UInt8] {
        try EntryBundle.entries(in: bytes, count: bundle(size: size).width)[Int(index % 256)]
    }
}
