import ArgumentParser
import AssayCanonical
import AssayLedger
import AssayLedgerFormat
import AssayTerms
import Foundation

struct AuditCheckpointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Print the newest signed checkpoint: what an auditor keeps.",
        discussion: """
            Keep the output and later give it to `assay audit verify --since FILE`: a log that was rewritten no longer \
            begins with it. The key to keep beside it (--key) is printed on standard error.
            """)

    @OptionGroup var location: AuditLocation

    @Option(help: "The verification key you keep; the checkpoint must be signed by it.")
    var key: String?

    func run() async throws {
        let files: (checkpoint: [UInt8], key: [UInt8])
        switch try location.place() {
        case .server(let client): files = (try await client.get("checkpoint"), try await client.get("vkey"))
        case .folder(let ledger, _):
            let log = PublishedLog(files: try PosixLedgerFiles(folder: ledger))
            guard let checkpoint = try log.checkpoint(), let own = try log.verificationKey() else {
                throw AssayError(.notFound, "\(ledger) has no checkpoint yet")
            }
            files = (checkpoint.bytes, Array((own.vkey + "\n").utf8))
        }
        let text = key ?? String(decoding: files.key.prefix { $0 != 0x0A }, as: UTF8.self)
        let signer = try NoteVerificationKey(vkey: text)
        _ = try Checkpoint(note: files.checkpoint, signedBy: signer)
        try StandardOutput.write(files.checkpoint)
        FileHandle.standardError.write(Data("key: \(signer.vkey)\n".utf8))
    }
}
