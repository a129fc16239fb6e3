import ArgumentParser
import AssayCanonical
import AssayLedger
import AssayStore
import AssayStoreSQLite
import AssayTerms
import AssayWorkflows

/// `assay audit rotate-key`: another key signs from now on, and the log says so.
struct AuditRotateKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-key",
        abstract: "Exchange the key that signs the log, or evidence, on a stopped server's data directory.",
        discussion: """
            An entry of the log, signed by the old key, names the new one; whoever keeps the old key verifies with it as \
            before. The old signing key is removed. A rotation that was interrupted is finished by the same command.
            """)

    enum Which: String, ExpressibleByArgument, CaseIterable {
        case log
        case evidence
    }

    @Argument(help: "log or evidence.")
    var which: Which = .log

    @Flag(help: "The key that signs evidence is gone: go on with another. What it signed goes on counting.")
    var lost = false

    @Option(help: "The stopped server's data directory.")
    var dataDir: String

    @Option(help: "The folder of the keys, if they do not stand inside the data directory.")
    var keysDir: String?

    func validate() throws {
        guard !lost || which == .evidence else {
            throw ValidationError("Only the key of evidence can be lost and replaced; a log whose key is lost ends, and `assay restore` begins another.")
        }
    }

    func run() async throws {
        let opened = try OpenDirectory.open(path: dataDir, keysPath: keysDir, mustExist: true)
        defer { try? opened.store.close() }
        switch which {
        case .log: try await rotateLogKey(opened)
        case .evidence: try await rotateEvidenceKey(opened)
        }
    }

    private func rotateLogKey(_ opened: OpenDirectory) async throws {
        let keysFolder = opened.directory.keysPath
        let (files, useCases) = (try PosixLedgerFiles(folder: opened.directory.ledgerPath), opened.useCases)
        let governed = try await opened.governed(requiresPolicy: false)
        let current = governed.ledger.verificationKey
        let next = try LogKeyRotation.prepare(
            keysFolder: keysFolder, origin: current.name, randomBytes: useCases.effects.randomBytes)
        try await useCases.recordLogKeyRotation(from: current, to: next.verificationKey)
        try await governed.ledger.publishNow()
        try LogKeyRotation.complete(keysFolder: keysFolder, files: files, current: current, next: next)
        // Opened anew, the log must go on with the new key.
        try await opened.governed(requiresPolicy: false).ledger.publishNow()
        try StandardOutput.write(Array("the log's key is now\n\(next.verificationKey.vkey)\n".utf8))
    }

    private func rotateEvidenceKey(_ opened: OpenDirectory) async throws {
        let next = try await EvidenceKeyExchange(opened: opened).run(isLost: lost)
        try await opened.governed(requiresPolicy: false).ledger.publishNow()
        try StandardOutput.write(Array("the key of evidence is now \(DSSEEnvelope.keyID(of: next))\n".utf8))
    }
}
