import ArgumentParser
import AssayCanonical
import AssayJSON
import AssayLedger
import AssayLedgerFormat
import AssayTerms
import Foundation

struct AuditProofCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proof",
        abstract: "Print a proof that an entry is in the log, which needs no server to check.",
        discussion: """
            The output is a .tlog-proof (c2sp.org/tlog-proof) for the newest checkpoint; with --with-entry it carries the entry \
            as its extra data, so that the one file is enough for `assay-verify proof FILE --key VKEY`. With --model one file \
            is written for every entry about the model and its versions, into the folder named by --output.
            """)

    @Argument(help: "The entry: its index in the log, from 0, or its id of 32 hexadecimal digits.")
    var entry: String?

    @Option(help: "Proofs for all published entries about this registered model; needs --server and --output.")
    var model: String?

    @Flag(help: "Put the entry itself into the proof.")
    var withEntry = false

    @OptionGroup var location: AuditLocation

    @Option(name: [.customShort("o"), .long], help: "Write to this file, or folder with --model, instead of standard output.")
    var output: String?

    func validate() throws {
        guard (entry == nil) != (model == nil) else { throw ValidationError("Name either an entry, or --model.") }
        guard model == nil || (location.server != nil && output != nil) else {
            throw ValidationError("--model needs --server URL, and a folder with --output.")
        }
        if let entry, UInt64(entry) == nil, !Self.isID(entry) {
            throw ValidationError("An entry is named by its index or by its id of 32 hexadecimal digits, not '\(entry)'.")
        }
    }

    func run() async throws {
        let log = try LogReader(try location.place())
        if let model {
            try await writeAll(of: model, log)
            return
        }
        guard let entry else { return }
        let bytes = try await proof(try await index(of: entry, log), log, withEntry: withEntry).bytes
        if let output {
            try SmallFile.replace(output, with: bytes)
        } else {
            try StandardOutput.write(bytes)
        }
    }

    private func writeAll(of model: String, _ log: LogReader) async throws {
        let answer = try await ServerOptions.withClient(of: location.server ?? "") {
            try await $0.get(ServerPath.history(ofModel: model))
        }
        let folder = output ?? "."
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var count = 0
        for entry in answer["entries"]?.array ?? [] where entry["state"]?.string == "published" {
            guard let index = entry["index"]?.integer.flatMap(UInt64.init(exactly:)) else { continue }
            let proof = try await proof(index, log, withEntry: true)
            try SmallFile.replace("\(folder)/\(index).tlog-proof", with: proof.bytes)
            count += 1
        }
        try StandardOutput.write(Array("wrote \(count) proofs to \(folder)\n".utf8))
    }

    /// A proof that proves: one that does not is of no use to whoever is given it.
    private func proof(_ index: UInt64, _ log: LogReader, withEntry: Bool) async throws -> TlogProof {
        var proof = try await log.proof(index: index)
        let checkpoint = try Checkpoint(text: proof.checkpoint.text)
        let entry = try await log.entry(index, size: checkpoint.size)
        guard
            MerkleProof.provesInclusion(
                of: MerkleHash.leaf(entry), at: proof.index, size: checkpoint.size, root: checkpoint.root,
                path: proof.path), proof.index == index
        else {
            throw AssayError(.corrupt, "the log does not prove its entry \(index); run `assay audit verify`")
        }
        if withEntry { proof.extra = entry }
        return proof
    }

    private func index(of entry: String, _ log: LogReader) async throws -> UInt64 {
        if let index = UInt64(entry), !Self.isID(entry) { return index }
        return try await log.index(ofID: entry)
    }

    private static func isID(_ text: String) -> Bool { text.utf8.count == 32 && Hex.decode(text) != nil }
}
