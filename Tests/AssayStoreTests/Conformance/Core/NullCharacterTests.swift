import AssayCanonical
import AssayStore
import AssayTerms
import Testing

/// U+0000 is in no text of any record: PostgreSQL cannot hold it, and what is handed over as C text ends there. The store
/// refuses it by itself, whoever let it through.
@Suite(.everyDriver) struct NullCharacterTests {
    private typealias Write = @Sendable (any StoreTransaction) throws -> Void

    private static let bad: Text = "a\u{0}b"
    private static let run: Text = "0123456789abcdef0123456789abcdef"
    private static let model: Text = "m-0123456789abcdef0123456789abcdef"
    private static let digest = SHA256Hasher.digest(of: [1])

    private static func info(
        id: Text = run, name: Text = "n", user: Text = "", uri: Text = "mlflow-artifacts:/0/x/artifacts"
    ) -> RunInfo {
        RunInfo(
            id: id, experimentID: 0, name: name, userID: user, status: .running, startTime: 1, endTime: nil, stage: .active,
            artifactURI: uri, createdBy: "anonymous")
    }

    private static func logged(
        id: Text = model, name: Text = "n", type: Text = "", run: Text = "", uri: Text = "u", params: [KeyValue] = [],
        tags: [KeyValue] = []
    ) -> LoggedModel {
        LoggedModel(
            id: id, experimentID: 0, name: name, modelType: type, sourceRunID: run, status: .ready, stage: .active,
            creationTime: 1, lastUpdateTime: 1, artifactURI: uri, createdBy: "anonymous", params: params, tags: tags)
    }

    private static func dataset(
        name: Text = "d", digest: Text = "1", type: Text = "local", source: Text = "{}", schema: Text? = nil,
        profile: Text? = nil, tags: [KeyValue] = []
    ) -> DatasetInput {
        DatasetInput(
            dataset: Dataset(
                name: name, digest: digest, sourceType: type, source: source, schema: schema, profile: profile), tags: tags)
    }

    private static func version(
        _ number: Int64, description: Text? = nil, source: Text = "s", run: Text = "", link: Text = "", logged: Text? = nil,
        reason: Text = "elsewhere", tags: [KeyValue] = []
    ) -> ModelVersion {
        ModelVersion(
            id: "version-\(number)", modelID: "model-1", modelName: "loans", number: number, description: description,
            stage: .none, source: source, runID: run, runLink: link, loggedModelID: logged, creationTime: 1,
            lastUpdateTime: 1, content: .unfrozen(reason: reason),
            authors: ModelAuthors(logged: nil, run: nil, registered: "anonymous"), tags: tags)
    }

    private static func registered(_ id: String, name: Text, description: Text? = nil, tags: [KeyValue] = []) -> RegisteredModel {
        RegisteredModel(id: id, name: name, description: description, creationTime: 1, lastUpdateTime: 1, tags: tags)
    }

    private static func request(
        _ id: String, model: Text = "loans", action: Text = "promote", target: Text = "stage Production", by: Text = "ana"
    ) -> PromotionRequest {
        PromotionRequest(
            id: id, model: model, version: 1, manifest: digest, action: action, target: target, state: .open,
            decision: .incomplete, detail: [], asked: 1, openedByID: "user-1", openedByName: by, openedMilliseconds: 1,
            updatedMilliseconds: 1)
    }

    private static func approval(_ id: String, name: Text = "ana", comment: Text = "") -> ApprovalRecord {
        ApprovalRecord(
            id: id, requestID: "q-1", approverID: id, approverName: name, comment: comment, binding: [],
            approvedMilliseconds: 1, expiresMilliseconds: 2)
    }

    private static func policy(name: Text = "p", version: Text = "1", publisher: Text = "ana") -> PublishedPolicy {
        PublishedPolicy(
            name: name, version: version, digest: digest, source: [], canonical: [], publishedMilliseconds: 1,
            publisherID: "user-1", publisherName: publisher)
    }

    private static func adoption(model: Text = "loans", name: Text = "ana") -> AdoptionRecord {
        AdoptionRecord(
            versionID: "version-9", model: model, version: 9, manifest: digest, adopterID: "user-1", adopterName: name,
            adoptedMilliseconds: 1)
    }

    private static func paper(
        type: Text = "t", state: Text = "s", dataset: Text? = nil, maker: Text = "ana"
    ) -> PaperRecord {
        PaperRecord(
            id: "p", kind: .record, type: type, subject: PaperSubject(dataset: dataset), state: state, content: [], makerID: "user-1",
            makerName: maker, madeMilliseconds: 1)
    }

    private static func metric(_ key: Text = "k", dataset: Text? = nil, digest: Text? = nil) -> MetricPoint {
        MetricPoint(key: key, value: 1, timestamp: 1, step: 0, modelID: model, datasetName: dataset, datasetDigest: digest)
    }

    private static func token(_ label: Text) -> TokenRecord {
        TokenRecord(
            id: "token-1", userID: "user-1", digest: digest, label: label, createdMilliseconds: 1, expiresMilliseconds: 2)
    }

    private static func proposal(_ name: Text) -> Proposal {
        Proposal(
            id: "p-1", kind: "k", verb: .manageRoles, content: [], proposerID: "user-1", proposerName: name,
            createdMilliseconds: 1, expiresMilliseconds: 2)
    }

    private static let badKey = KeyValue(key: bad, value: "v")
    private static let badValue = KeyValue(key: "k", value: bad)

    private static func prepare(_ tx: any StoreTransaction) throws {
        try tx.createRun(NewRun(info: info(), tags: []))
        try tx.createLoggedModel(logged())
        try tx.insertUser(UserRecord(id: "user-1", name: "ana", roles: [.validator], createdMilliseconds: 1))
        try tx.insertRegisteredModel(registered("model-1", name: "loans"))
        try tx.insertModelVersion(version(1), manifest: nil)
        try tx.insertRequest(request("q-1"))
    }

    // MARK: - Writing

    private static let tracking: [(String, Write)] = [
        ("experiment name", { _ = try $0.createExperiment(name: bad, artifactLocation: { _ in "x" }, tags: [], at: 1) }),
        ("experiment location", { _ = try $0.createExperiment(name: "e", artifactLocation: { _ in bad }, tags: [], at: 1) }),
        ("experiment new tag", { _ = try $0.createExperiment(name: "e", artifactLocation: { _ in "x" }, tags: [badValue], at: 1) }),
        ("experiment rename", { try $0.renameExperiment(0, to: bad, at: 1) }),
        ("experiment tag key", { try $0.setExperimentTag(0, badKey) }),
        ("experiment tag value", { try $0.setExperimentTag(0, badValue) }),
        ("run id", { try $0.createRun(NewRun(info: info(id: bad), tags: [])) }),
        ("run name", { try $0.createRun(NewRun(info: info(id: "r2", name: bad), tags: [])) }),
        ("run user", { try $0.createRun(NewRun(info: info(id: "r2", user: bad), tags: [])) }),
        ("run location", { try $0.createRun(NewRun(info: info(id: "r2", uri: bad), tags: [])) }),
        ("run new tag", { try $0.createRun(NewRun(info: info(id: "r2"), tags: [badKey])) }),
        ("run rename", { try $0.updateRun($0.existingRun(run), status: nil, endTime: nil, name: bad) }),
        ("metric key", { try $0.append(RunBatch(metrics: [metric(bad)]), to: $0.existingRun(run)) }),
        ("param key", { try $0.append(RunBatch(params: [badKey]), to: $0.existingRun(run)) }),
        ("param value", { try $0.append(RunBatch(params: [badValue]), to: $0.existingRun(run)) }),
        ("tag key", { try $0.append(RunBatch(tags: [badKey]), to: $0.existingRun(run)) }),
        ("tag value", { try $0.append(RunBatch(tags: [badValue]), to: $0.existingRun(run)) }),
        ("dataset name", { try $0.addInputs([dataset(name: bad)], models: [], to: $0.existingRun(run)) }),
        ("dataset digest", { try $0.addInputs([dataset(digest: bad)], models: [], to: $0.existingRun(run)) }),
        ("dataset source type", { try $0.addInputs([dataset(type: bad)], models: [], to: $0.existingRun(run)) }),
        ("dataset source", { try $0.addInputs([dataset(source: bad)], models: [], to: $0.existingRun(run)) }),
        ("dataset schema", { try $0.addInputs([dataset(schema: bad)], models: [], to: $0.existingRun(run)) }),
        ("dataset profile", { try $0.addInputs([dataset(profile: bad)], models: [], to: $0.existingRun(run)) }),
        ("dataset tag key", { try $0.addInputs([dataset(tags: [badKey])], models: [], to: $0.existingRun(run)) }),
        ("dataset tag value", { try $0.addInputs([dataset(tags: [badValue])], models: [], to: $0.existingRun(run)) }),
        ("model input", { try $0.addInputs([], models: [bad], to: $0.existingRun(run)) }),
        ("model output", { try $0.addOutputs([ModelOutput(modelID: bad, step: 0)], to: $0.existingRun(run)) }),
        ("logged model id", { try $0.createLoggedModel(logged(id: bad)) }),
        ("logged model name", { try $0.createLoggedModel(logged(id: "m-2", name: bad)) }),
        ("logged model type", { try $0.createLoggedModel(logged(id: "m-2", type: bad)) }),
        ("logged model run", { try $0.createLoggedModel(logged(id: "m-2", run: bad)) }),
        ("logged model location", { try $0.createLoggedModel(logged(id: "m-2", uri: bad)) }),
        ("logged model new param", { try $0.createLoggedModel(logged(id: "m-2", params: [badKey])) }),
        ("logged model new tag", { try $0.createLoggedModel(logged(id: "m-2", tags: [badKey])) }),
        ("logged model tag key", { try $0.setLoggedModelTags(model, [badKey]) }),
        ("logged model tag value", { try $0.setLoggedModelTags(model, [badValue]) }),
        ("logged model param key", { try $0.addLoggedModelParams(model, [badKey]) }),
        ("logged model param value", { try $0.addLoggedModelParams(model, [badValue]) }),
        ("logged model metric", { try $0.addLoggedModelMetrics([metric(bad)], from: $0.existingRun(run)) }),
        ("logged model metric's dataset", { try $0.addLoggedModelMetrics([metric(dataset: bad)], from: $0.existingRun(run)) }),
        ("logged model metric's digest", { try $0.addLoggedModelMetrics([metric(digest: bad)], from: $0.existingRun(run)) }),
        ("file path", { _ = try $0.putFile(FileRecord(path: bad, blob: nil, size: 0, digest: digest), of: FileOwner(.run, id: run)) }),
        ("file owner", { _ = try $0.putFile(FileRecord(path: "p", blob: nil, size: 0, digest: digest), of: FileOwner(.run, id: bad)) }),
    ]

    private static let governed: [(String, Write)] = [
        ("meta value", { try $0.setMetaValue(bad.string, for: "name") }),
        ("user name", { try $0.insertUser(UserRecord(id: "user-2", name: bad, roles: [], createdMilliseconds: 1)) }),
        ("role title", { try $0.putRole(RoleDefinition(.endUser, title: bad, []), at: 1) }),
        ("role resource", { try $0.putRole(RoleDefinition(.endUser, [Grant(.allow, [.read], on: .model(bad))]), at: 1) }),
        ("data set with a class", { try $0.setDatasetClass(.public, of: bad) }),
        ("proposer", { try $0.insertProposal(proposal(bad)) }),
        ("token label", { try $0.insertToken(token(bad)) }),
        ("model name", { try $0.insertRegisteredModel(registered("model-2", name: bad)) }),
        ("model description", { try $0.insertRegisteredModel(registered("model-2", name: "x", description: bad)) }),
        ("model new tag", { try $0.insertRegisteredModel(registered("model-2", name: "x", tags: [badKey])) }),
        ("model rename", { try $0.renameRegisteredModel(id: "model-1", to: bad, at: 1) }),
        ("model new description", { try $0.setDescription(bad, ofModel: "model-1", at: 1) }),
        ("model tag key", { try $0.setTag(badKey, ofModel: "model-1") }),
        ("model tag value", { try $0.setTag(badValue, ofModel: "model-1") }),
        ("alias", { try $0.setAlias(bad, to: 1, ofModel: "model-1") }),
        ("version description", { try $0.insertModelVersion(version(2, description: bad), manifest: nil) }),
        ("version source", { try $0.insertModelVersion(version(2, source: bad), manifest: nil) }),
        ("version run", { try $0.insertModelVersion(version(2, run: bad), manifest: nil) }),
        ("version link", { try $0.insertModelVersion(version(2, link: bad), manifest: nil) }),
        ("version logged model", { try $0.insertModelVersion(version(2, logged: bad), manifest: nil) }),
        ("version unfrozen reason", { try $0.insertModelVersion(version(2, reason: bad), manifest: nil) }),
        ("version new tag", { try $0.insertModelVersion(version(2, tags: [badValue]), manifest: nil) }),
        ("version new description", { try $0.setDescription(bad, ofVersion: "version-1", at: 1) }),
        ("version tag key", { try $0.setTag(badKey, ofVersion: "version-1") }),
        ("version tag value", { try $0.setTag(badValue, ofVersion: "version-1") }),
        ("policy name", { try $0.insertPolicy(policy(name: bad)) }),
        ("policy version", { try $0.insertPolicy(policy(version: bad)) }),
        ("policy publisher", { try $0.insertPolicy(policy(publisher: bad)) }),
        ("request model", { try $0.insertRequest(request("q-2", model: bad)) }),
        ("request action", { try $0.insertRequest(request("q-2", action: bad)) }),
        ("request target", { try $0.insertRequest(request("q-2", target: bad)) }),
        ("request opener", { try $0.insertRequest(request("q-2", target: "alias x", by: bad)) }),
        ("approver", { try $0.insertApproval(approval("a-1", name: bad)) }),
        ("approval comment", { try $0.insertApproval(approval("a-1", comment: bad)) }),
        ("adopter", { try $0.insertAdoption(adoption(name: bad)) }),
        ("adopted model", { try $0.insertAdoption(adoption(model: bad)) }),
        (
            "job model",
            {
                try $0.insertJob(
                    EvidenceJobRecord(
                        id: "j", inputs: digest, subject: digest, model: bad, version: 1, specification: [],
                        createdMilliseconds: 1))
            }
        ),
        (
            "placement target",
            {
                try $0.setPlacement(
                    Placement(
                        versionID: "version-1", target: bad, manifest: digest, decision: "pass", detail: [], requestID: nil,
                        entryID: "e", placedMilliseconds: 1))
            }
        ),
        ("paper's type", { try $0.insertPaper(paper(type: bad)) }),
        ("paper's state", { try $0.insertPaper(paper(state: bad)) }),
        ("paper's data set", { try $0.insertPaper(paper(dataset: bad)) }),
        ("paper's maker", { try $0.insertPaper(paper(maker: bad)) }),
        ("ledger domain", { try $0.appendLedgerEntry(entry(domain: bad.string, topic: "t")) }),
        ("ledger topic", { try $0.appendLedgerEntry(entry(domain: "d", topic: bad.string)) }),
    ]

    private static func entry(domain: String, topic: String) -> LedgerEntryRecord {
        LedgerEntryRecord(
            id: "e", kind: "test", recordedMilliseconds: 1, leaf: [1], sealedPayload: nil, domain: domain, topics: [topic])
    }

    @Test func noTextHoldsIt() async throws {
        try await withTemporaryStore { store in
            try await store.write { try Self.prepare($0) }
            for (name, write) in Self.tracking + Self.governed {
                let error = await #expect(throws: AssayError.self, "\(name)") { try await store.write(write) }
                #expect(error?.code == .invalidArgument, "\(name): \(error?.message ?? "")")
                #expect(error?.message.contains("U+0000") == true, "\(name): \(error?.message ?? "")")
            }
        }
    }

    /// The same writes with another character are taken, so that each of them reaches its text.
    @Test func otherControlCharactersAreTaken() async throws {
        try await withTemporaryStore { store in
            try await store.write { try Self.prepare($0) }
            for (key, value) in [("\u{1}", "\u{7F}"), ("\u{FFFF}", "\u{10FFFF}"), ("\r\n", "\u{85}")] as [(Text, Text)] {
                let pair = KeyValue(key: key, value: value)
                try await store.write { try $0.append(RunBatch(params: [pair], tags: [pair]), to: $0.existingRun(Self.run)) }
                let kept = try #require(try await store.read { try $0.run(Self.run) })
                #expect(kept.params.contains(pair) && kept.tags.contains(pair))
            }
        }
    }

    // MARK: - Reading

    /// What is asked for with it is not there: it is never taken for the text before it.
    @Test func nothingIsFoundByIt() async throws {
        try await withTemporaryStore { store in
            try await store.write { tx in
                try Self.prepare(tx)
                _ = try tx.createExperiment(name: "a", artifactLocation: { _ in "x" }, tags: [], at: 1)
                try tx.append(
                    RunBatch(tags: [KeyValue(key: "a", value: "a")]), to: tx.existingRun(Self.run))
                try tx.insertUser(UserRecord(id: "user-2", name: "a", roles: [], createdMilliseconds: 1))
                try tx.insertRegisteredModel(Self.registered("model-2", name: "a"))
                try tx.setAlias("a", to: 1, ofModel: "model-1")
            }
            try await store.read { tx in
                let run = try tx.existingRun(Self.run)
                #expect(try tx.experiment(named: "a") != nil && tx.experiment(named: Self.bad) == nil)
                #expect(try tx.tag("a", of: run) == "a" && tx.tag(Self.bad, of: run) == nil)
                #expect(try tx.user(named: "a") != nil && tx.user(named: Self.bad) == nil)
                #expect(try tx.registeredModel(named: "a") != nil && tx.registeredModel(named: Self.bad) == nil)
                #expect(try tx.version(ofAlias: "a", modelID: "model-1") == 1)
                #expect(try tx.version(ofAlias: Self.bad, modelID: "model-1") == nil)
                #expect(try tx.runHandle(Text(Self.run.string + "\u{0}x")) == nil)
                for comparator in [SearchComparator.equal, .like, .ilike] {
                    for (value, count) in [("a", 1), (Self.bad, 0)] as [(Text, Int)] {
                        let clause = SearchClause(entity: .tag, key: "a", comparator: comparator, value: .text(value))
                        let found = try tx.searchRuns(SearchQuery(clauses: [clause], limit: 9), experiments: nil)
                        #expect(found.items.count == count, "\(comparator) \(value)")
                    }
                }
            }
        }
    }
}
