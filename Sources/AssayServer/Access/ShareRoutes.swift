import AssayJSON
import AssayStore
import AssayTerms
import AssayWire
import AssayWorkflows

/// MLflow's permissions of single users on single experiments and registered models, as its AuthServiceClient of version 2
/// asks for them, without prefix; and who is asking.
///
/// Whether somebody may share an object is looked up where it is changed; the routes ask for `read`, since its creator may
/// hold no verb but those of the share.
func shareRoutes(_ useCases: UseCases) -> [Route] {
    permissionRoutes(
        useCases, "/mlflow/experiments/permissions", "experiment_permission", field: "experiment_id"
    ) { .experiment(try TrackingRules.experimentID(try $0.requiredText("experiment_id"))) }
        + permissionRoutes(useCases, "/mlflow/registered-models/permissions", "registered_model_permission", field: "name") {
            .model(try RegistryRules.modelName($0))
        }
        + [
            Route("GET", "/mlflow/users/current", .open) { exchange in
                let principal = exchange.principal
                guard principal.isNamed else {
                    throw AssayError(.unauthenticated, "Nobody is named. Set MLFLOW_TRACKING_TOKEN to your token.")
                }
                return .json(["user": user(principal.id, principal.name, principal)])
            },
            Route("GET", "/mlflow/users/get", .administer) { exchange in
                let name = try exchange.fields().requiredText("username")
                guard let found = try await useCases.users().first(where: { $0.name == name }) else {
                    throw AssayError(.notFound, "User with username=\(name) not found")
                }
                return .json(["user": user(found.id, found.name, found.principal)])
            },
        ]
}

private func user(_ id: String, _ name: Text, _ principal: Principal) -> JSONValue {
    ["id": .string(id), "username": .string(name.string), "is_admin": .bool(principal.reach(.administer).isTotal)]
}

private func permissionRoutes(
    _ useCases: UseCases, _ path: String, _ member: String, field: String,
    _ shareable: @escaping @Sendable (RequestFields) throws -> UseCases.Shareable
) -> [Route] {
    @Sendable func answer(_ fields: RequestFields, _ userID: String, _ level: ShareLevel) throws -> Reply {
        let permission: JSONValue = [
            field: .string(try fields.requiredText(field).string), "user_id": .string(userID),
            "permission": .string(level.rawValue),
        ]
        return .json([member: permission])
    }
    return [
        Route("POST", path + "/create", .read, on: .filtered) { exchange in
            let fields = try exchange.fields()
            let level = try shareLevel(fields)
            let userID = try await useCases.share(
                try shareable(fields), withUserNamed: try fields.requiredText("username"), at: level, exists: false,
                by: exchange.principal)
            return try answer(fields, userID, level)
        },
        Route("GET", path + "/get", .read, on: .filtered) { exchange in
            let fields = try exchange.fields()
            let (userID, level) = try await useCases.share(
                of: try shareable(fields), withUserNamed: try fields.requiredText("username"), by: exchange.principal)
            return try answer(fields, userID, level)
        },
        Route("PATCH", path + "/update", .read, on: .filtered) { exchange in
            let fields = try exchange.fields()
            _ = try await useCases.share(
                try shareable(fields), withUserNamed: try fields.requiredText("username"), at: try shareLevel(fields),
                exists: true, by: exchange.principal)
            return .nothing
        },
        Route("DELETE", path + "/delete", .read, on: .filtered) { exchange in
            let fields = try exchange.fields()
            try await useCases.unshare(
                try shareable(fields), withUserNamed: try fields.requiredText("username"), by: exchange.principal)
            return .nothing
        },
    ]
}

/// The same for the client of version 3, with whole paths.
func userPermissionRoutes(_ useCases: UseCases) -> [Route] {
    ["/api/3.0", "/ajax-api/3.0"].flatMap { prefix in
        [
            Route("POST", prefix + "/mlflow/users/permissions/grant", .read, on: .filtered) { exchange in
                let fields = try exchange.fields()
                _ = try await useCases.share(
                    try resource(fields), withUserNamed: try fields.requiredText("username"), at: try shareLevel(fields),
                    by: exchange.principal)
                return .nothing
            },
            Route("POST", prefix + "/mlflow/users/permissions/revoke", .read, on: .filtered) { exchange in
                let fields = try exchange.fields()
                try await useCases.unshare(
                    try resource(fields), withUserNamed: try fields.requiredText("username"), by: exchange.principal)
                return .nothing
            },
            Route("GET", prefix + "/mlflow/users/permissions/get", .read, on: .filtered) { exchange in
                let fields = try exchange.fields()
                let level = try await useCases.effectiveLevel(
                    of: try resource(fields), forUserNamed: try fields.requiredText("username"), by: exchange.principal)
                return .json([
                    "allowed": .bool(level == .edit || level == .manage),
                    "permission": .string(level?.rawValue ?? "NO_PERMISSIONS"),
                ])
            },
        ]
    }
}

private func resource(_ fields: RequestFields) throws -> UseCases.Shareable {
    let id = try fields.requiredText("resource_id")
    let type = try fields.requiredText("resource_type")
    switch type {
    case "experiment": return .experiment(try TrackingRules.experimentID(id))
    case "registered_model": return .model(id)
    default:
        throw AssayError(
            .invalidArgument, "Invalid resource type '\(type)'. Shared are 'experiment' and 'registered_model'; the rest is in roles.")
    }
}

private func shareLevel(_ fields: RequestFields) throws(AssayError) -> ShareLevel {
    let word = try fields.requiredText("permission")
    guard let level = ShareLevel(rawValue: word.string) else {
        throw AssayError(
            .invalidArgument,
            "Invalid permission '\(word)'. Valid permissions are: \(ShareLevel.allCases.map(\.rawValue).joined(separator: ", ")). A role denies what is to be denied.")
    }
    return level
}
