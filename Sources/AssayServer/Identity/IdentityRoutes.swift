import AssayJSON
import AssayStore
import AssayTerms
import AssayWire
package import AssayWorkflows

/// Users, roles and tokens.
package func identityRoutes(_ useCases: UseCases) -> [Route] {
    userRoutes(useCases) + tokenRoutes(useCases)
}

private func userRoutes(_ useCases: UseCases) -> [Route] {
    [
        Route("POST", "/api/assay/v1/users", .administer) { exchange in
            let fields = try exchange.fields()
            let (user, token, waiting) = try await useCases.createUser(
                named: try fields.requiredText("name"), kind: try kind(fields), roles: try roles(fields),
                password: try fields.text("password")?.string,
                tokenDays: try fields.integer("token_days") ?? UseCases.standardTokenDays, by: exchange.principal)
            return .json([
                "user": json(user), "token": .string(token.text), "token_id": .string(token.record.id),
                "waiting": AccessJSON.waiting(waiting),
            ])
        },
        Route("GET", "/api/assay/v1/users", .administer) { _ in
            .json(["users": .array(try await useCases.users().map(json))])
        },
        Route("GET", "/api/assay/v1/users/me", .open) { exchange in
            let principal = exchange.principal
            return .json([
                "kind": .string(principal.kind.rawValue), "id": .string(principal.id),
                "name": .string(principal.name.string), "roles": json(principal.roles),
                "method": .string(principal.authentication.method.rawValue),
                "verbs": principal.authentication.verbs.map(json) ?? .null,
                "made_by_another": .bool(principal.authentication.isMadeByAnother),
            ])
        },
        // New roles, and whether the account is in use: what is named is changed.
        Route("PATCH", "/api/assay/v1/users/{name}", .administer) { exchange in
            let fields = try exchange.fields()
            let name = exchange.parameter("name")
            var user: UserRecord?
            var waiting: Proposal?
            if try fields.has("roles") {
                let changed = try await useCases.setRoles(try roles(fields), ofUserNamed: name, by: exchange.principal)
                (user, waiting) = (changed.user, changed.waiting)
            }
            if let isDisabled = try fields.bool("disabled") {
                user =
                    isDisabled
                    ? try await useCases.disableUser(named: name, by: exchange.principal)
                    : try await useCases.enableUser(named: name, by: exchange.principal)
            }
            guard let user else { throw AssayError(.invalidArgument, "Name what is to change: 'roles' or 'disabled'.") }
            return .json(["user": json(user), "waiting": AccessJSON.waiting(waiting)])
        },
        // One's own, with the old one, or somebody else's by an administrator.
        Route("PUT", "/api/assay/v1/users/{name}/password", .open) { exchange in
            try requireNamed(exchange.principal)
            let fields = try exchange.fields()
            let named = exchange.parameter("name")
            try await useCases.setPassword(
                try fields.requiredText("password").string, ofUserNamed: named == "me" ? exchange.principal.name : named,
                old: try fields.text("old_password")?.string, from: exchange.address, by: exchange.principal)
            return .nothing
        },
    ]
}

private func tokenRoutes(_ useCases: UseCases) -> [Route] {
    [
        Route("POST", "/api/assay/v1/tokens", .open) { exchange in
            try requireNamed(exchange.principal)
            let fields = try exchange.fields()
            let token = try await useCases.createToken(
                forUserNamed: try fields.text("user") ?? exchange.principal.name, label: try fields.text("label") ?? "",
                days: try fields.integer("days") ?? UseCases.standardTokenDays, verbs: try verbs(fields),
                isElevated: try fields.bool("elevated") ?? false, by: exchange.principal)
            return .json(["token": .string(token.text), "record": json(token.record)])
        },
        // For whoever holds the token, whatever else they may.
        Route("POST", "/api/assay/v1/tokens/replacement", .open, body: .anyContentType(limit: Route.fieldsBodyLimit)) { exchange in
            try requireNamed(exchange.principal)
            let token = try await useCases.replaceToken(by: exchange.principal)
            return .json(["token": .string(token.text), "record": json(token.record)])
        },
        Route("GET", "/api/assay/v1/tokens", .open) { exchange in
            try requireNamed(exchange.principal)
            let tokens = try await useCases.tokens(
                ofEveryone: try exchange.fields().bool("all") ?? false, by: exchange.principal)
            return .json(["tokens": .array(tokens.map(json))])
        },
        Route("DELETE", "/api/assay/v1/tokens/{id}", .open, body: Route.BodyRule.none) { exchange in
            try requireKnown(exchange.principal)
            try await useCases.revokeToken(id: exchange.parameter("id").string, by: exchange.principal)
            return .nothing
        },
    ]
}

private func requireNamed(_ principal: Principal) throws(AssayError) {
    guard principal.isNamed else {
        throw AssayError(.unauthenticated, "Tokens belong to named people. Set ASSAY_TOKEN to yours.")
    }
}

/// Programs end their own tokens too.
private func requireKnown(_ principal: Principal) throws(AssayError) {
    guard !principal.isKnown else { return }
    try requireNamed(principal)
}

private func roles(_ fields: RequestFields) throws(AssayError) -> [Role] {
    var roles: [Role] = []
    for text in try fields.texts("roles") { roles.append(try AccessJSON.role(text)) }
    return roles
}

private func kind(_ fields: RequestFields) throws(AssayError) -> UserRecord.Kind {
    guard let text = try fields.text("kind") else { return .person }
    guard let kind = UserRecord.Kind(rawValue: text.string) else {
        throw AssayError(.invalidArgument, "'kind' is person or service.")
    }
    return kind
}

private func verbs(_ fields: RequestFields) throws(AssayError) -> Set<Permission>? {
    guard try fields.has("verbs") else { return nil }
    var verbs: Set<Permission> = []
    for text in try fields.texts("verbs") {
        guard let verb = Permission(rawValue: text.string) else {
            throw AssayError(
                .invalidArgument, "There is no permission '\(text)'. There are \(Permission.list(Set(Permission.allCases))).")
        }
        verbs.insert(verb)
    }
    return verbs
}

private func json(_ verbs: Set<Permission>) -> JSONValue { .array(verbs.map(\.rawValue).sorted().map { .string($0) }) }

private func json(_ roles: [Role]) -> JSONValue { .array(roles.map { .string($0.rawValue) }) }

private func json(_ user: UserRecord) -> JSONValue {
    [
        "id": .string(user.id), "name": .string(user.name.string), "roles": json(user.roles),
        "created": .integer(user.createdMilliseconds), "kind": .string(user.kind.rawValue), "disabled": .bool(user.isDisabled),
    ]
}

private func json(_ token: TokenRecord) -> JSONValue {
    [
        "id": .string(token.id), "user_id": .string(token.userID), "label": .string(token.label.string),
        "created": .integer(token.createdMilliseconds), "expires": .integer(token.expiresMilliseconds),
        "revoked": token.revokedMilliseconds.map { .integer($0) } ?? .null,
        "verbs": token.verbs.map(json) ?? .null, "elevated": .bool(token.loginMilliseconds != nil),
        "last_used": token.usedMilliseconds.map { .integer($0) } ?? .null, "made_by_another": .bool(token.isMadeByAnother),
    ]
}
