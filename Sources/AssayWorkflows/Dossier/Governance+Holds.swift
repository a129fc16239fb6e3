import AssayJSON
import AssayStore
package import AssayTerms

/// Legal holds: while one stands, nothing of the model is deleted or erased, whoever asks.
extension Governance {
    package enum HoldState {
        package static let standing: Text = "standing"
        package static let released: Text = "released"
    }

    /// Puts a model under a legal hold.
    ///
    /// - Throws: `permissionDenied` without the permission to hold; `notFound` for the model.
    package func hold(model name: Text, reason: Text, by principal: Principal) async throws -> Paper {
        let address = try PaperAddress(model: name)
        let reason = try Self.reason(reason)
        try requireSigner(principal, .legalHold, about: address, for: "A legal hold")
        return try await store.write { tx in
            try self.insert(
                .hold, about: address.subject(tx), state: HoldState.standing, ["title": "legal hold", "reason": .string(reason)],
                event: "placed", by: principal, tx)
        }
    }

    /// Releases a hold: by somebody else than who placed it.
    ///
    /// - Throws: `permissionDenied` for who placed it and without the permission; `conflict` for one that is released.
    package func releaseHold(id: String, reason: Text, by principal: Principal) async throws -> Paper {
        let reason = try Self.reason(reason)
        return try await store.write { tx in
            let paper = try self.existingPaper(id, .hold, tx)
            try self.requireSigner(principal, .legalHold, about: try paper.address, for: "The release of a legal hold")
            try Self.requireInForce(paper)
            guard paper.record.makerID != principal.id else {
                throw AssayError(.permissionDenied, "\(principal.name) placed this hold; it takes a second person to release it.")
            }
            var content = paper.content
            content["released_because"] = .string(reason)
            return try self.revise(paper, state: HoldState.released, isInForce: false, content, event: "released", by: principal, tx)
        }
    }
}

extension UseCases {
    /// Refuses to delete or erase what is of a model under a legal hold, whoever asks and whatever they may see.
    ///
    /// - Throws: `conflict`.
    static func requireNoHold(onModel id: String, for what: String, _ tx: any StoreSnapshot) throws {
        guard let hold = try hold(onModel: id, tx) else { return }
        throw AssayError(
            .conflict, "\(what) has to wait: the model is under a legal hold (\(hold.id)) since \(Governance.time(hold.madeMilliseconds)).")
    }

    static func isHeld(model id: String, _ tx: any StoreSnapshot) throws -> Bool { try hold(onModel: id, tx) != nil }

    private static func hold(onModel id: String, _ tx: any StoreSnapshot) throws -> PaperRecord? {
        try tx.papersInForce(modelID: id, manifest: nil).first { $0.kind == .hold }
    }
}
