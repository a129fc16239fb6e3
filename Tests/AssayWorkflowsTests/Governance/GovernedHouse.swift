import AssayCanonical
import AssayJSON
import AssayPolicy
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// A house with a gate, people, and models whose file says how unfair they are.
///
/// The computer that stands for the evidence engine reads the frozen files it is handed, so that whatever a test changes
/// after registration would show in the evidence if it could.
struct GovernedHouse {
    static let check = CheckDescriptor(
        id: "fairness.demographic_parity_difference", convention: .fairlearn, direction: .lowerIsBetter, kind: .counted,
        needs: [.prediction, .sensitive], sentence: "difference of selection rates", source: "test")
    static let policy = """
        assay: policy/v1
        name: credit
        version: "1"
        applies-to: {models: ["loan*"], stages: [Production], aliases: [champion]}
        data: {dataset: eval/holdout.parquet, predictions: from-model, label: approve}
        checks:
          - {id: fairness.demographic_parity_difference, column: race, max: 0.1}
        approvals:
          - {role: validator, count: 1}
          - {role: compliance, count: 1}
        approvals-expire-after-days: 90
        """

    let house: House
    let governance: Governance
    let useCases: UseCases
    let settings: GateSettings
    let key = Ed25519.SigningKey()
    let ana: Principal
    let otto: Principal
    /// Writes the policies, and so approves nothing under them.
    let petra: Principal
    let vera: Principal
    let cleo: Principal
    let adam: Principal

    static func with(
        requiresPolicy: Bool = false, tampers: Bool = false, _ body: (GovernedHouse) async throws -> Void
    ) async throws {
        try await House.with(tampers: tampers) { house in
            try await body(GovernedHouse(house, requiresPolicy: requiresPolicy))
        }
    }

    private init(_ house: House, requiresPolicy: Bool) async throws {
        self.house = house
        var useCases = house.useCases
        let recordCheck = RecordCheck(useCases: useCases)
        await recordCheck.compare()
        useCases.recordCheck = recordCheck
        settings = .shipped(requiresPolicy: requiresPolicy)
        governance = Self.governance(over: useCases, settings: settings, key: key)
        useCases.promotionGate = governance
        useCases.policyPublisher = governance
        useCases.dataWatch = governance
        self.useCases = useCases
        let first = try await useCases.createFirstAdministrator(named: "adam")
        adam = first.user.principal
        func user(_ name: Text, _ roles: [Role]) async throws -> Principal {
            try await useCases.createUser(named: name, roles: roles, by: first.user.principal).user.principal
        }
        ana = try await user("ana", [.dataScientist, .validator])
        otto = try await user("otto", [.dataScientist])
        petra = try await user("petra", [.validator])
        vera = try await user("vera", [.validator])
        cleo = try await user("cleo", [.compliance])
    }

    private static func governance(
        over useCases: UseCases, settings: GateSettings, key: Ed25519.SigningKey
    ) -> Governance {
        Governance(
            useCases: useCases, logOrigin: "assay/test", settings: settings, catalogue: Catalogue([check]), evidenceKey: key)
    }

    /// This house's gate over other use cases.
    func governance(over useCases: UseCases) -> Governance {
        Self.governance(over: useCases, settings: settings, key: key)
    }

    /// A run with an evaluation table, and a model logged from it that is `gap` unfair.
    func logModel(
        gap: String, table: String = "rows", path: Text = "eval/holdout.parquet", by author: Principal
    ) async throws -> (run: Text, model: Text) {
        let run = Text(useCases.effects.newID())
        let model = Text("m-" + useCases.effects.newID())
        let files: [(FileOwner, Text, String)] = [
            (FileOwner(.run, id: run), path, table), (FileOwner(.loggedModel, id: model), "MLmodel", "flavors: {}"),
            (FileOwner(.loggedModel, id: model), "model.skops", gap),
        ]
        try await house.store.write { tx in
            try tx.createRun(
                NewRun(
                    info: RunInfo(
                        id: run, experimentID: 0, name: "r", userID: "somebody", status: .running, startTime: 0,
                        endTime: nil, stage: .active, artifactURI: Text("mlflow-artifacts:/0/\(run)/artifacts"),
                        createdBy: author.id), tags: []))
            try tx.createLoggedModel(
                LoggedModel(
                    id: model, experimentID: 0, name: "m", modelType: "", sourceRunID: run, status: .ready,
                    stage: .active, creationTime: 0, lastUpdateTime: 0,
                    artifactURI: Text("mlflow-artifacts:/0/models/\(model)/artifacts"), createdBy: author.id))
        }
        for (owner, path, text) in files { try await put(text, at: path, of: owner, by: author) }
        return (run, model)
    }

    func put(_ text: String, at path: Text, of owner: FileOwner, by author: Principal) async throws {
        let bytes = Array(text.utf8)
        let chunks = AsyncStream { continuation in
            continuation.yield(bytes)
            continuation.finish()
        }
        let stored = try await useCases.blobs.write(chunks)
        _ = try await house.store.write { try $0.putFile(FileRecord(path: path, stored: stored, writtenBy: author), of: owner) }
    }

    func register(
        _ logged: (run: Text, model: Text), as name: Text = "loans", by actor: Principal
    ) async throws -> ModelVersion {
        try await ensure(name)
        return try await useCases.createModelVersion(
            NewModelVersion(
                modelName: name, source: Text("models:/\(logged.model)"), runID: logged.run, loggedModelID: logged.model,
                runLink: "", description: "", tags: []), by: actor)
    }

    /// As the client's `copy_model_version`.
    func copy(_ version: ModelVersion, to name: Text, by actor: Principal) async throws -> ModelVersion {
        try await ensure(name)
        return try await useCases.createModelVersion(
            NewModelVersion(
                modelName: name, source: Text("models:/\(version.modelName)/\(version.number)"), runID: version.runID,
                loggedModelID: version.loggedModelID, runLink: "", description: "", tags: []), by: actor)
    }

    private func ensure(_ name: Text) async throws {
        if try await house.store.read({ try $0.registeredModel(named: name) }) == nil {
            _ = try await useCases.createRegisteredModel(named: name, tags: [], description: nil, by: .localOperator)
        }
    }

    func publish(_ text: String = policy) async throws {
        _ = try await governance.publish(Array(text.utf8), by: petra)
    }

    /// Finishes every job that waits.
    func work(_ computer: any EvidenceComputer = GapReader()) async throws {
        let worker = EvidenceWorker(governance: governance, computer: computer)
        while try await worker.runNext() {}
    }

    func promote(_ version: ModelVersion, archiving: Bool = true, by actor: Principal) async throws {
        _ = try await useCases.moveVersion(
            version.number, ofModelNamed: version.modelName, to: .production, archivingOthers: archiving, by: actor)
    }

    func stage(_ version: ModelVersion) async throws -> ModelStage? {
        try await house.store.read { try $0.modelVersion(id: version.id)?.stage }
    }

    func openRequest(_ model: Text = "loans") async throws -> PromotionRequest {
        try #require(try await governance.requests(state: .open, model: model, limit: 10).first)
    }

    @discardableResult
    func approve(_ request: PromotionRequest, by people: Principal...) async throws -> [ApprovalRecord] {
        var given: [ApprovalRecord] = []
        for person in people {
            given.append(try await governance.approve(requestID: request.id, seen: nil, comment: "", by: person))
        }
        return given
    }

    /// Everything a version needs, from its request to Production.
    func carryThrough(_ version: ModelVersion, by actor: Principal) async throws {
        try await work()
        _ = await refusal(.permissionDenied) { try await promote(version, by: actor) }
        try await approve(openRequest(version.modelName), by: vera, cleo)
        try await promote(version, by: actor)
    }
}

/// Reads the gap from the frozen model file, and fails on a table that says so.
struct GapReader: EvidenceComputer {
    func compute(_ work: EvidenceWork) async throws -> Envelope {
        let table = try await bytes(work.table)
        guard SHA256Hasher.digest(of: table) == work.specification.tableDigest else {
            throw AssayError(.corrupt, "another table was handed over")
        }
        guard String(decoding: table, as: UTF8.self) != "no parquet" else {
            throw AssayError(.unreadable, "eval/holdout.parquet is no Parquet file")
        }
        let model = try #require(work.model.first { $0.path == "model.skops" })
        let gap = try #require(Double(String(decoding: try await bytes(model), as: UTF8.self)))
        return Envelope(
            subjects: [], engineVersion: "0", computedAt: "", provenance: .recomputed,
            inputs: [.init(role: "data", name: "x", digest: work.specification.tableDigest, rows: 200)],
            parameters: ["sensitive": .list([.text("race")])],
            results: work.specification.checks.map { check in
                CheckResult(
                    descriptor: GovernedHouse.check, column: check.column, value: gap,
                    interval: Interval(low: gap - 0.05, high: gap + 0.05, level: 0.95, method: "simultaneous-score"),
                    groups: [
                        .init(group: "black", count: 100, value: 0.9 - gap), .init(group: "white", count: 100, value: 0.9),
                    ], rows: 200)
            })
    }

    private func bytes(_ file: EvidenceWork.File) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in file.contents() { bytes += chunk }
        return bytes
    }
}
