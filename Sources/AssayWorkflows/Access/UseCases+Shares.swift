import AssayJSON
import AssayStore
package import AssayTerms

/// Single experiments and registered models shared with single users, as MLflow's permissions are. A share adds to what roles
/// allow; a denial by a role takes it away.
extension UseCases {
    /// What is shared, as requests name it.
    package enum Shareable: Hashable, Sendable {
        case experiment(Int64)
        case model(Text)
    }

    /// The level at which it is shared with the user.
    ///
    /// - Throws: `notFound` for an unknown object, and where it is not shared with them, in the same words for a name that nobody
    ///   has; `permissionDenied` unless `actor` may share the object or asks about themselves.
    package func share(
        of shareable: Shareable, withUserNamed name: Text, by actor: Principal
    ) async throws -> (userID: String, level: ShareLevel) {
        try await store.read { tx in
            let object = try Self.object(shareable, tx)
            let user = try tx.user(named: name)
            if user?.id != actor.id { try Self.requireSharing(object, actor, tx) }
            guard let user, let level = try tx.share(object, userID: user.id) else { throw Self.notShared(object, name) }
            return (user.id, level)
        }
    }

    /// Shares the object, at another level than before if it is shared already.
    ///
    /// - Parameter exists: whether it must be shared already (`true`), must not be (`false`), or either.
    /// - Throws: `permissionDenied` unless `actor` may share the object; `notFound`; `alreadyExists`.
    package func share(
        _ shareable: Shareable, withUserNamed name: Text, at level: ShareLevel, exists: Bool? = nil, by actor: Principal
    ) async throws -> String {
        try refuseInDoubt("A share")
        return try await store.write { tx in
            let object = try Self.object(shareable, tx)
            try Self.requireSharing(object, actor, tx)
            let user = try Self.existingUser(named: name, tx)
            let standing = try tx.share(object, userID: user.id)
            if exists == true, standing == nil { throw Self.notShared(object, name) }
            if exists == false, standing != nil {
                throw AssayError(.alreadyExists, "The \(object.kind.rawValue) \(object.id) is shared with \(name) already.")
            }
            try setShare(level, of: object, withUser: user.id, by: actor, in: tx)
            return user.id
        }
    }

    /// - Throws: `permissionDenied` unless `actor` may share the object; `notFound` where it is not shared with the user.
    package func unshare(_ shareable: Shareable, withUserNamed name: Text, by actor: Principal) async throws {
        try refuseInDoubt("A share")
        try await store.write { tx in
            let object = try Self.object(shareable, tx)
            try Self.requireSharing(object, actor, tx)
            guard let user = try tx.user(named: name), try tx.share(object, userID: user.id) != nil else {
                throw Self.notShared(object, name)
            }
            try setShare(nil, of: object, withUser: user.id, by: actor, in: tx)
        }
    }

    /// What a user may do with the object by roles and shares together, in MLflow's words; `nil` for nothing, and for a name that
    /// nobody has: whoever may not manage users learns no names here.
    ///
    /// - Throws: `permissionDenied` unless `actor` may share the object or asks about themselves.
    package func effectiveLevel(
        of shareable: Shareable, forUserNamed name: Text, by actor: Principal
    ) async throws -> ShareLevel? {
        try await store.read { tx in
            let object = try Self.object(shareable, tx)
            let found = try tx.user(named: name)
            if found?.id != actor.id { try Self.requireSharing(object, actor, tx) }
            guard let user = found else {
                if actor.may(.administer) { _ = try Self.existingUser(named: name, tx) }
                return nil
            }
            func may(_ verb: Permission) throws -> Bool { try Self.admits(user.principal.reach(verb), object, tx) }
            guard try may(.read) else { return nil }
            guard try may(object.kind == .model ? .register : .log) else { return .read }
            return try may(.delete) && may(.share) ? .manage : .edit
        }
    }

    func shareWithCreator(_ object: SharedObject, _ creator: Principal, in tx: any StoreTransaction) throws {
        guard creator.isNamed else { return }
        try setShare(.manage, of: object, withUser: creator.id, by: creator, in: tx)
    }

    private func setShare(
        _ level: ShareLevel?, of object: SharedObject, withUser userID: String, by actor: Principal, in tx: any StoreTransaction
    ) throws {
        guard try tx.share(object, userID: userID) != level else { return }
        try tx.setShare(level, of: object, userID: userID)
        let topic = LedgerTopic.shared(object)
        try record(
            kind: "share.set", by: actor, topics: [topic, LedgerTopic.user(userID)], domain: topic,
            payload: [
                "kind": .string(object.kind.rawValue), "object": .string(object.id), "user": .string(userID),
                "level": level.map { .string($0.rawValue) } ?? .null,
            ], in: tx)
    }

    private static func object(_ shareable: Shareable, _ tx: any StoreSnapshot) throws -> SharedObject {
        switch shareable {
        case .experiment(let id): .experiment(try tx.existingExperiment(id).id)
        case .model(let name): .model(try tx.existingModel(named: name).id)
        }
    }

    private static func admits(_ reach: Reach, _ object: SharedObject, _ tx: any StoreSnapshot) throws -> Bool {
        switch object.kind {
        case .experiment: try tx.admits(reach, experiment: Int64(object.id) ?? -1)
        case .model: try tx.admits(reach, model: object.id)
        }
    }

    private static func requireSharing(_ object: SharedObject, _ actor: Principal, _ tx: any StoreSnapshot) throws {
        guard actor.isNamed, try admits(actor.reach(.share), object, tx) else {
            throw AssayError(
                .permissionDenied,
                "Who else may work on the \(object.kind.rawValue) \(object.id) is said by whoever made it, or somebody with the permission 'share' there.")
        }
    }

    private static func notShared(_ object: SharedObject, _ name: Text) -> AssayError {
        AssayError(.notFound, "The \(object.kind.rawValue) \(object.id) is not shared with \(name).")
    }
}
