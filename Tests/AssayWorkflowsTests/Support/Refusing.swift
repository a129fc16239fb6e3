import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows

/// A gate that says no to some changes, after writing something that must be kept.
struct Refusing: PromotionGate {
    enum What: CaseIterable {
        case register, moveToStage, setAlias, deleteAlias, rename, deleteModel, deleteVersion
    }

    let refused: What

    init(_ refused: What) { self.refused = refused }

    func requireAllowed(_ change: TagChange, by actor: Principal, in tx: any StoreSnapshot) {}

    func decide(
        _ change: RegistryChange, by actor: Principal, in tx: any StoreTransaction
    ) throws -> PromotionOutcome {
        let what: What =
            switch change {
            case .register: .register
            case .moveToStage: .moveToStage
            case .setAlias: .setAlias
            case .deleteAlias: .deleteAlias
            case .renameModel: .rename
            case .deleteModel: .deleteModel
            case .deleteVersion: .deleteVersion
            }
        guard what == refused else {
            return .allowed(
                PromotionLeave(basis: ["decision": "pass"]) { tx, entryID in
                    guard try tx.ledgerEntry(id: entryID) != nil else { throw AssayError(.internalFault, "no entry") }
                    try tx.setMetaValue(entryID, for: "finished")
                })
        }
        try tx.setMetaValue("kept", for: "refusal")
        return .refused(AssayError(.permissionDenied, "not now"))
    }
}
