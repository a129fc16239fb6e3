import AssayPages
import AssayStore
import AssayTerms
import AssayWorkflows

/// The list of registered models, one model, one version.
struct ModelPages: Sendable {
    private static let modelLimit = 500

    let useCases: UseCases
    let governance: Governance

    func list() async throws -> ModelsPage {
        try await useCases.store.read { tx in
            let models = try tx.searchRegisteredModels(SearchQuery(limit: Self.modelLimit), prompts: false).items
            try useCases.requireRecordedWhereGoverned(models, tx)
            return ModelsPage(
                rows: try models.map { model in
                    let versions = try tx.modelVersions(ofModel: model.id)
                    let stages = versions.filter { $0.stage.isActive }.map {
                        Pair(name: $0.stage.rawValue, value: String($0.number))
                    }
                    return ModelsPage.Row(
                        name: model.name.string, address: "/models/\(PageText.segment(model.name))",
                        versionCount: versions.count,
                        places: stages + model.aliases.map { Pair(name: "@\($0.alias)", value: String($0.version)) })
                })
        }
    }

    func one(_ name: Text) async throws -> ModelPage {
        try await useCases.store.read { tx in
            let model = try tx.existingModel(named: name)
            try useCases.requireRecordedWhereGoverned([model], tx)
            let requests = try tx.requests(state: nil, model: name, limit: 1_000)
            let users = try tx.users()
            let rows = try tx.modelVersions(ofModel: model.id).sorted { $0.number > $1.number }.map { version in
                let (gate, gateClass) = Self.gate(of: version, requests)
                return ModelPage.Row(
                    version: String(version.number), address: "/models/\(PageText.segment(name))/\(version.number)",
                    stage: version.stage.rawValue, aliases: version.aliases.map { "@\($0)" },
                    created: PageText.time(version.creationTime), author: Self.author(version, users), gate: gate,
                    gateClass: gateClass)
            }
            let said = try tx.classification(modelID: model.id)
            return ModelPage(
                name: name.string, operations: "/models/\(PageText.segment(name))/operations", description: model.description?.string, rows: rows,
                use: try UseRows.rows(said, by: said.flatMap { said in users.first { $0.id == said.authorID }?.name }))
        }
    }

    func version(_ name: Text, number: Int?) async throws -> VersionPage {
        guard let number else { throw AssayError(.notFound, "A version is a number.") }
        let (version, files, requests, users) = try await useCases.store.read { tx in
            let version = try tx.existingVersion(Int64(number), ofModelNamed: name)
            try useCases.requireRecordedWhereGoverned([version], tx)
            try useCases.requireFiles(of: version, tx)
            let requests = try tx.requests(state: nil, model: name, limit: 1_000).filter { $0.version == number }
            return (version, try tx.files(FileOwner(.modelVersion, id: Text(version.id))), requests, try tx.users())
        }
        var gates: [VersionPage.Gate] = []
        for request in requests {
            let view = try await governance.request(id: request.id)
            gates.append(
                VersionPage.Gate(
                    target: request.target.string, decision: RequestPages.words(view.request),
                    decisionClass: RequestPages.style(view.request),
                    reasons: GateReasons.rows(view.request.detail)))
        }
        let envelopes = version.content.manifestDigest == nil ? [] : try await governance.envelopes(model: name, version: number)
        var facts = [
            Pair(name: "Stage", value: version.stage.rawValue),
            Pair(name: "Aliases", value: version.aliases.map { "@\($0)" }.joined(separator: ", ")),
            Pair(name: "Author", value: Self.author(version, users)),
            Pair(name: "Registered", value: PageText.time(version.creationTime)),
            Pair(name: "Source", value: version.source.string),
        ]
        switch version.content {
        case .frozen(let manifest): facts.append(Pair(name: "Frozen as", value: "sha256:\(manifest.hex)"))
        case .unfrozen(let reason): facts.append(Pair(name: "Not frozen", value: reason.string))
        }
        for decision in try await governance.decisions(ofVersion: Int64(number), ofModel: name) {
            facts.append(Pair(name: "Decided on \(decision.text("topic") ?? "")", value: "\(decision.text("title") ?? ""): \(decision.text("reasons") ?? "")"))
        }
        return VersionPage(
            title: "\(name) version \(number)", facts: facts.filter { !$0.value.isEmpty }, gates: gates,
            evidence: EvidenceRows.rows(envelopes),
            files: files.map { .init(path: $0.path.string, size: $0.size, digest: $0.digest.hex) })
    }

    private static func gate(of version: ModelVersion, _ requests: [PromotionRequest]) -> (String, String) {
        guard let newest = requests.first(where: { Int64($0.version) == version.number }) else { return ("not asked", "") }
        return ("\(newest.target): \(RequestPages.words(newest))", RequestPages.style(newest))
    }

    private static func author(_ version: ModelVersion, _ users: [UserRecord]) -> String {
        let ids = [version.authors.logged, version.authors.registered].compactMap { $0 }
        var names: [String] = []
        for id in ids {
            let name = users.first { $0.id == id }?.name.string ?? "anonymous"
            if !names.contains(name) { names.append(name) }
        }
        return names.joined(separator: ", ")
    }
}
