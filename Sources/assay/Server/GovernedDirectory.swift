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
    /// - Parameters:
    ///   - keepsAddresses: whether the access log takes the addresses of clients.
    ///   - outgoing: what webhooks are called by; without it they are not called.
    /// - Throws: `corrupt`, `conflict` or `notFound` when keys and log do not belong together.
    func governed(
        requiresPolicy: Bool, requestDays: Int = GateSettings.defaultRequestDays, keepsAddresses: Bool = false, outgoing: (any OutgoingHTTP)? = nil
    ) async throws -> GovernedDirectory {
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
            store: store, keyring: useCases.keyring, effects: useCases.effects, logger: useCases.logger,
            keepsAddresses: keepsAddresses)
        let governance = Governance(
            useCases: useCases, logOrigin: Text(logKey.verificationKey.name), settings: .shipped(requiresPolicy: requiresPolicy, requestDays: requestDays),
            catalogue: PolicyFile.catalogue,
            evidenceKey: try await evidenceKey(),
            formerKeys: try EvidenceKey.formerKeys(keysPath: directory.keysPath))
        useCases.promotionGate = governance
        useCases.policyPublisher = governance
        useCases.dataWatch = governance
        return GovernedDirectory(useCases: useCases, governance: governance, ledger: ledger, recordCheck: recordCheck)
    }

    /// The key that signs evidence, which is the one that the log names; a directory's first one is made and named.
    private func evidenceKey() async throws -> Ed25519.SigningKey {
        let keysPath = directory.keysPath
        let found = try EvidenceKey.read(keysPath: keysPath)
        let isFirst = try await useCases.settleEvidenceKey(
            found?.verificationKey, former: try EvidenceKey.formerKeys(keysPath: keysPath), path: EvidenceKey.path(keysPath: keysPath))
        if let found, !isFirst { return found }
        let made = try EvidenceKey.create(keysPath: keysPath, randomBytes: useCases.effects.randomBytes)
        try await useCases.nameEvidenceKey(made.verificationKey)
        return made
    }
}
