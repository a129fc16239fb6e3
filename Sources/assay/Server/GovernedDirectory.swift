import AssayCanonical
import AssayEvidence
import AssayLedger
import AssayPolicy
import AssayStore
import AssayTerms
import AssayWorkflows

/// A data directory with its gate and its log: for whatever may change stages and aliases.
struct GovernedDirectory {
    /// Their gate is `governance`.
    let useCases: UseCases
    let governance: Governance
    let ledger: Ledger
    /// Compares the tables with the entries; until it has, the gate lets nothing in.
    let recordCheck: RecordCheck
}

extension OpenDirectory {
    /// - Parameter outgoing: what webhooks are called by; without it they are not called.
    /// - Throws: `corrupt` or `conflict` when keys and log do not belong together.
    func governed(requiresPolicy: Bool, outgoing: (any OutgoingHTTP)? = nil) throws -> GovernedDirectory {
        let files = try PosixLedgerFiles(folder: directory.ledgerPath)
        let logKey = try LogKey.openOrCreate(
            keysFolder: directory.keysPath, files: files, randomBytes: useCases.effects.randomBytes)
        let ledger = Ledger(
            files: files, key: logKey, formerKeys: try LogKeyRotation.formerKeys(keysFolder: directory.keysPath),
            source: StoredLedger(store: store))
        var useCases = useCases
        useCases.log = LedgerLog(ledger)
        if let outgoing { useCases.outgoing = outgoing }
        let recordCheck = RecordCheck(useCases: useCases)
        useCases.recordCheck = recordCheck
        useCases.accessLog = AccessLog(
            store: store, keyring: useCases.keyring, effects: useCases.effects, logger: useCases.logger)
        let governance = Governance(
            useCases: useCases, logOrigin: Text(logKey.verificationKey.name), settings: .shipped(requiresPolicy: requiresPolicy),
            catalogue: PolicyFile.catalogue,
            evidenceKey: try EvidenceKey.openOrCreate(keysPath: directory.keysPath, randomBytes: useCases.effects.randomBytes),
            formerKeys: try EvidenceKey.formerKeys(keysPath: directory.keysPath))
        useCases.promotionGate = governance
        useCases.policyPublisher = governance
        return GovernedDirectory(useCases: useCases, governance: governance, ledger: ledger, recordCheck: recordCheck)
    }
}
