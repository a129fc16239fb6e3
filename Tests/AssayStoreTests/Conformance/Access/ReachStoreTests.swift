import AssayStore
import AssayTerms
import Testing

/// What a view leaves out, and that a driver's conditions decide as ``Reach`` does.
@Suite(.everyDriver) struct ReachStoreTests {
    private static let names: [Text] = ["loan-1", "Loan-1", "loan-[a]", "loan_2", "fraud", "FRAUD-ä", "fraud-Ä", "x'; --", "%", "a*b"]
    private static let patterns: [Text] = ["loan-*", "LOAN-*", "*", "fraud*", "fraud-ä", "loan-[a]", "?", "x'*", "%", "a?b", "loan?2"]

    private static func experiment(_ name: Text, _ tx: any StoreTransaction) throws -> Int64 {
        try tx.createExperiment(name: name, artifactLocation: { _ in "x" }, tags: [], at: 1).id
    }

    private static func model(_ name: Text, _ tx: any StoreTransaction) throws -> String {
        let id = "model-\(name)"
        try tx.insertRegisteredModel(
            RegisteredModel(id: id, name: name, description: nil, creationTime: 1, lastUpdateTime: 1, tags: []))
        return id
    }

    /// Grants drawn from a fixed seed: the condition in SQL and the rule in Swift admit the same.
    @Test func conditionsDecideAsReachDoes() async throws {
        try await withTemporaryStore { store in
            let (experiments, models) = try await store.write { tx in
                let experiments = try Self.names.map { ($0, try Self.experiment($0, tx)) }
                let models = try Self.names.map { ($0, try Self.model($0, tx)) }
                try tx.setShare(.read, of: .experiment(experiments[4].1), userID: "user-1")
                try tx.setShare(.manage, of: .model(models[0].1), userID: "user-1")
                return (experiments, models)
            }
            var seed: UInt64 = 7
            func draw(_ count: Int) -> Int {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int((seed >> 33) % UInt64(count))
            }
            for _ in 0..<300 {
                let grants = (0..<(1 + draw(4))).map { _ in
                    let pattern = Self.patterns[draw(Self.patterns.count)]
                    let resource: Resource =
                        switch draw(6) {
                        case 0: .everything
                        case 1: .experimentID(experiments[draw(experiments.count)].1)
                        case 2: .modelID(models[draw(models.count)].1)
                        case 3: .experiment(pattern)
                        case 4: .dataset(pattern)
                        default: .model(pattern)
                        }
                    return Grant(draw(3) == 0 ? .deny : .allow, [.read, .register], on: resource)
                }
                let verb: Permission = draw(2) == 0 ? .read : .register
                let reach = Reach(verb, in: grants, userID: draw(2) == 0 ? "user-1" : "")
                let isShared = !reach.userID.isEmpty
                let (ofExperiments, ofModels) = try await store.read { tx in
                    (try experiments.map { try tx.admits(reach, experiment: $0.1) }, try models.map { try tx.admits(reach, model: $0.1) })
                }
                for (place, (name, id)) in experiments.enumerated() {
                    let shared = isShared && place == 4 && verb == .read
                    #expect(ofExperiments[place] == reach.admits(experiment: name, id: id, isShared: shared), "\(grants.map(\.text)) \(name)")
                }
                for (place, (name, id)) in models.enumerated() {
                    let shared = isShared && place == 0
                    #expect(ofModels[place] == reach.admits(model: name, id: id, isShared: shared), "\(grants.map(\.text)) \(name)")
                }
            }
        }
    }

    /// Pages stay full, and their tokens lead through what is seen alone.
    @Test func pagesHoldWhatIsSeenAndNothingElse() async throws {
        try await withTemporaryStore { store in
            try await store.write { tx in
                for number in 0..<60 { _ = try Self.experiment(Text(number % 3 == 0 ? "open-\(number)" : "shut-\(number)"), tx) }
                for number in 0..<60 { _ = try Self.model(Text(number % 3 == 0 ? "open-\(number)" : "shut-\(number)"), tx) }
            }
            let grants = [Grant(.allow, [.read], on: .experiment("open-*")), Grant(.allow, [.read], on: .model("open-*"))]
            let view = View(of: Principal(userID: "u", name: "n", roles: [Role](), grants: grants))
            var after: SearchPosition?
            var seen: [Text] = []
            for _ in 0..<4 {
                let query = SearchQuery(limit: 5, after: after)
                let page = try await store.read { try $0.seen(by: view).searchExperiments(query) }
                #expect(page.items.count == 5)
                seen += page.items.map(\.name)
                after = page.next
            }
            #expect(after == nil)
            #expect(Set(seen).count == 20 && seen.allSatisfy { $0.string.hasPrefix("open-") })
            let models = try await store.read { try $0.seen(by: view).searchRegisteredModels(SearchQuery(limit: 100), prompts: false) }
            #expect(models.items.count == 20)
        }
    }

    @Test func whatIsNotSeenIsNotThere() async throws {
        try await withTemporaryStore { store in
            let (experiment, run) = try await store.write { tx in
                let id = try Self.experiment("secret", tx)
                let run: Text = "r1"
                try tx.createRun(
                    NewRun(
                        info: RunInfo(
                            id: run, experimentID: id, name: "r", userID: "", status: .running, startTime: 0, endTime: nil,
                            stage: .active, artifactURI: "mlflow-artifacts:/1/r1/artifacts", createdBy: "anonymous"), tags: []))
                let digest = try #require(SHA256Digest(bytes: Array(0..<32)))
                _ = try tx.putFile(FileRecord(path: "a.txt", blob: nil, size: 1, digest: digest), of: FileOwner(.run, id: run))
                _ = try Self.model("secret", tx)
                return (id, run)
            }
            let view = View(of: Principal(userID: "u", name: "n", roles: [Role](), grants: [Grant(.allow, [.read], on: .model("other"))]))
            let found = try await store.read { whole in
                let tx = whole.seen(by: view)
                return try [
                    tx.experiment(experiment) == nil, tx.experiment(named: "secret") == nil, tx.runHandle(run) == nil, tx.run(run) == nil,
                    tx.runInfo(run) == nil, tx.searchRuns(SearchQuery(limit: 10), experiments: nil).items.isEmpty,
                    tx.registeredModel(named: "secret") == nil, tx.modelIDs(everNamed: "secret").isEmpty,
                    tx.files(FileOwner(.run, id: run)).isEmpty, tx.file(FileOwner(.run, id: run), path: "a.txt") == nil,
                    tx.datasetSummaries(experiments: [experiment]).isEmpty,
                ]
            }
            #expect(found.allSatisfy { $0 }, "\(found)")
            // A name is taken also by what one may not see, in the words for it.
            await #expect(throws: AssayError.self) {
                try await store.write { _ = try Self.experiment("secret", $0.writable(by: view)) }
            }
        }
    }

    @Test func theBytesOfARawDataSetNeedTheirOwnVerb() async throws {
        try await withTemporaryStore { store in
            let owner = FileOwner(.run, id: "r1")
            try await store.write { tx in
                try tx.createRun(
                    NewRun(
                        info: RunInfo(
                            id: "r1", experimentID: 0, name: "r", userID: "", status: .running, startTime: 0, endTime: nil,
                            stage: .active, artifactURI: "mlflow-artifacts:/0/r1/artifacts", createdBy: "anonymous"), tags: []))
                let digest = try #require(SHA256Digest(bytes: Array(0..<32)))
                for path in ["datasets/raw/a.csv", "datasets/open/a.csv"] as [Text] {
                    _ = try tx.putFile(FileRecord(path: path, blob: nil, size: 1, digest: digest), of: owner)
                }
                try tx.setDatasetClass(.rawPersonal, of: "raw")
                try tx.setDatasetClass(.anonymised, of: "open")
            }
            let scientist = View(of: Principal(userID: "s", name: "s", roles: [.dataScientist]))
            let engineer = View(of: Principal(userID: "e", name: "e", roles: [.dataEngineer]))
            #expect(try await store.read { try $0.seen(by: engineer).file(owner, path: "datasets/raw/a.csv") } != nil)
            #expect(try await store.read { try $0.seen(by: scientist).file(owner, path: "datasets/open/a.csv") } != nil)
            for view in [scientist, View(of: .anonymous)] {
                await #expect(throws: AssayError.self) {
                    _ = try await store.read { try $0.seen(by: view).file(owner, path: "datasets/raw/a.csv") }
                }
                // Nor by copying it to where no data set's name is in its path.
                await #expect(throws: AssayError.self) {
                    _ = try await store.write {
                        try $0.writable(by: view).copyFiles(
                            from: owner, below: "datasets/raw", to: FileOwner(.modelVersion, id: "v1"))
                    }
                }
            }
            #expect(scientist.trail.touched.contains(TouchedObject(.dataset, "raw")))
        }
    }
}
