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
                named: try fields.requiredText("name"), roles: try roles(fields),
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
            ])
        },
        Route("PATCH", "/api/assay/v1/users/{name}", .manageRoles) { exchange in
            let (user, waiting) = try await useCases.setRoles(
                try roles(exchange.fields()), ofUserNamed: exchange.parameter("name"), by: exchange.principal)
            return .json(["user": json(user), "waiting": AccessJSON.waiting(waiting)])
        },
    ]
}

private func tokenRoutes(_ useCases: UseCases) -> [Route] {
    [
        Route("POST", "/api/assay/v1/tokens", .read, on: .filtered) { exchange in
            try requireNamed(exchange.principal)
            let fields = try exchange.fields()
            let token = try await useCases.createToken(
                forUserNamed: try fields.text("user") ?? exchange.principal.name, label: try fields.text("label") ?? "",
                days: try fields.integer("days") ?? UseCases.standardTokenDays, by: exchange.principal)
            return .json(["token": .string(token.text), "record": json(token.record)])
        },
        Route("GET", "/api/assay/v1/tokens", .read, on: .filtered) { exchange in
            try requireNamed(exchange.principal)
            let tokens = try await useCases.tokens(
                ofEveryone: try exchange.fields().bool("all") ?? false, by: exchange.principal)
            return .json(["tokens": .array(tokens.map(json))])
        },
        Route("DELETE", "/api/assay/v1/tokens/{id}", .read, on: .filtered, body: Route.BodyRule.none) { exchange in
            try requireNamed(exchange.principal)
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

private func roles(_ fields: RequestFields) throws(AssayError) -> [Role] {
    var roles: [Role] = []
    for text in try fields.texts("roles") { roles.append(try AccessJSON.role(text)) }
    return roles
}

private func json(_ roles: [Role]) -> JSONValue { .array(roles.map { .string($0.rawValue) }) }

private func json(_ user: UserRecord) -> JSONValue {
    [
        "id": .string(user.id), "name": .string(user.name.string), "roles": json(user.roles),
        "created": .integer(user.createdMilliseconds),
    ]
}

private func json(_ token: TokenRecord) -> JSONValue {
    [
        "id": .string(token.id), "user_id": .string(token.userID), "label": .string(token.label.string),
        "created": .integer(token.createdMilliseconds), "expires": .integer(token.expiresMilliseconds),
        "revoked": token.revokedMilliseconds.map { .integer($0) } ?? .null,
    ]
}
