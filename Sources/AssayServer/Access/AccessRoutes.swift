import AssayJSON
import AssayTerms
import AssayWire
package import AssayWorkflows

/// Roles, who holds them, what waits for a second person, and classes of data sets.
package func accessRoutes(_ useCases: UseCases) -> [Route] {
    (roleRoutes(useCases) + proposalRoutes(useCases) + datasetClassRoutes(useCases)).map { $0.prefixed("/api/assay/v1") }
}

private func roleRoutes(_ useCases: UseCases) -> [Route] {
    [
        Route("GET", "/roles", .read, on: .filtered) { _ in
            .json(["roles": .array(try await useCases.roles().map(AccessJSON.definition))])
        },
        Route("GET", "/roles/{role}", .read, on: .filtered) { exchange in
            .json(AccessJSON.definition(try await useCases.role(try AccessJSON.role(exchange.parameter("role")))))
        },
        Route("POST", "/roles", .manageRoles) { exchange in
            let fields = try exchange.fields()
            let definition = RoleDefinition(
                try AccessJSON.role(try fields.requiredText("role")), title: try fields.text("title") ?? "",
                try AccessJSON.grants(fields))
            let waiting = try await useCases.defineRole(definition, mustBeNew: true, by: exchange.principal)
            return .json(["role": AccessJSON.definition(definition), "waiting": AccessJSON.waiting(waiting)])
        },
        Route("PUT", "/roles/{role}", .manageRoles) { exchange in
            let fields = try exchange.fields()
            let definition = RoleDefinition(
                try AccessJSON.role(exchange.parameter("role")), title: try fields.text("title") ?? "",
                try AccessJSON.grants(fields))
            let waiting = try await useCases.defineRole(definition, mustBeNew: false, by: exchange.principal)
            return .json(["role": AccessJSON.definition(definition), "waiting": AccessJSON.waiting(waiting)])
        },
        Route("DELETE", "/roles/{role}", .manageRoles, body: Route.BodyRule.none) { exchange in
            let role = try AccessJSON.role(exchange.parameter("role"))
            return .json(["waiting": AccessJSON.waiting(try await useCases.deleteRole(role, by: exchange.principal))])
        },
        Route("POST", "/bindings", .manageRoles) { exchange in
            let fields = try exchange.fields()
            let waiting = try await useCases.bindRole(
                try AccessJSON.role(try fields.requiredText("role")), toUserNamed: try fields.requiredText("user"),
                by: exchange.principal)
            return .json(["waiting": AccessJSON.waiting(waiting)])
        },
        Route("DELETE", "/bindings/{role}/{user}", .manageRoles, body: Route.BodyRule.none) { exchange in
            let waiting = try await useCases.unbindRole(
                try AccessJSON.role(exchange.parameter("role")), fromUserNamed: exchange.parameter("user"),
                by: exchange.principal)
            return .json(["waiting": AccessJSON.waiting(waiting)])
        },
    ]
}

/// Whoever may confirm a proposal depends on what it is: the use cases ask for its own verb.
private func proposalRoutes(_ useCases: UseCases) -> [Route] {
    [
        Route("GET", "/proposals", .read, on: .filtered) { exchange in
            .json(["proposals": .array(try await useCases.proposals(by: exchange.principal).map(AccessJSON.proposal))])
        },
        Route("POST", "/proposals/{id}/confirmation", .read, on: .filtered) { exchange in
            let proposal = try await useCases.confirmProposal(
                id: exchange.parameter("id").string, by: exchange.principal)
            return .json(["confirmed": AccessJSON.proposal(proposal)])
        },
        Route("DELETE", "/proposals/{id}", .read, on: .filtered, body: Route.BodyRule.none) { exchange in
            try await useCases.withdrawProposal(id: exchange.parameter("id").string, by: exchange.principal)
            return .nothing
        },
    ]
}

private func datasetClassRoutes(_ useCases: UseCases) -> [Route] {
    [
        Route("GET", "/dataset-classes", .read, on: .filtered) { exchange in
            let classes = try await useCases.datasetClasses(by: exchange.principal)
            return .json([
                "datasets": .array(
                    classes.map { ["name": .string($0.name.string), "class": .string($0.datasetClass.rawValue)] })
            ])
        },
        Route("PUT", "/dataset-classes/{name}", .classify) { exchange in
            let word = try exchange.fields().requiredText("class")
            guard let datasetClass = DatasetClass(rawValue: word.string) else {
                throw AssayError(
                    .invalidArgument,
                    "'class' is \(DatasetClass.allCases.map(\.rawValue).joined(separator: ", ")), not '\(word.string.prefix(80))'.")
            }
            let waiting = try await useCases.classifyDataset(
                exchange.parameter("name"), as: datasetClass, by: exchange.principal)
            return .json(["waiting": AccessJSON.waiting(waiting)])
        },
        Route("DELETE", "/dataset-classes/{name}", .classify, body: Route.BodyRule.none) { exchange in
            let waiting = try await useCases.classifyDataset(exchange.parameter("name"), as: nil, by: exchange.principal)
            return .json(["waiting": AccessJSON.waiting(waiting)])
        },
    ]
}
