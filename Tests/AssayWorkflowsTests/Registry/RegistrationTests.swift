import AssayCanonical
import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// What a new version is made of: which sources are accepted, what is frozen, and that nothing written later shows in it.
@Suite struct RegistrationTests {
    private static let runID: Text = "0123456789abcdef0123456789abcdef"
    private static let modelID: Text = "m-0123456789abcdef0123456789abcdef"
    private static let ana = Principal(userID: String(repeating: "a", count: 32), name: "Ana", roles: [.dataScientist])

    private static func file(_ path: Text, _ byte: UInt8) throws -> FileRecord {
        let blob = BlobID(hex: Hex.encode(Array(repeating: byte, count: 16)))
        return FileRecord(path: path, blob: blob, size: Int64(byte), digest: SHA256Hasher.digest(of: [byte]))
    }

    /// A run with an evaluation table and a model folder, and a READY logged model of it.
    private func populate(_ house: House, status: LoggedModelStatus = .ready) async throws {
        try await house.store.write { tx in
            try tx.createRun(
                NewRun(
                    info: RunInfo(
                        id: Self.runID, experimentID: 0, name: "r", userID: "mallory", status: .running, startTime: 0,
                        endTime: nil, stage: .active, artifactURI: Text("mlflow-artifacts:/0/\(Self.runID)/artifacts"),
                        createdBy: "anonymous"), tags: []))
            let run = FileOwner(.run, id: Self.runID)
            for (path, byte) in [("eval/holdout.parquet", 1), ("model/MLmodel", 2), ("model/model.skops", 3)] as [(Text, UInt8)] {
                _ = try tx.putFile(try Self.file(path, byte), of: run)
            }
            try tx.createLoggedModel(
                LoggedModel(
                    id: Self.modelID, experimentID: 0, name: "m", modelType: "", sourceRunID: Self.runID, status: status,
                    stage: .active, creationTime: 0, lastUpdateTime: 0,
                    artifactURI: Text("mlflow-artifacts:/0/models/\(Self.modelID)/artifacts"), createdBy: Self.ana.id))
            let model = FileOwner(.loggedModel, id: Self.modelID)
            for (path, byte) in [("MLmodel", 4), ("model.skops", 5)] as [(Text, UInt8)] {
                _ = try tx.putFile(try Self.file(path, byte), of: model)
            }
        }
        _ = try await house.useCases.createRegisteredModel(named: "loans", tags: [], description: nil, by: Self.ana)
    }

    private func register(
        _ house: House, _ source: Text, run: Text? = nil, model: Text? = nil, named name: Text = "loans",
        tags: [KeyValue] = [], by actor: Principal = ana
    ) async throws -> ModelVersion {
        try await house.useCases.createModelVersion(
            NewModelVersion(
                modelName: name, source: source, runID: run, loggedModelID: model, runLink: "", description: "",
                tags: tags), by: actor)
    }

    private func paths(_ house: House, _ kind: FileOwner.Kind, _ version: ModelVersion) async throws -> [Text] {
        try await house.store.read { try $0.files(FileOwner(kind, id: Text(version.id))).map(\.path) }
    }

    @Test func aPromptHasAPlaceholderForASourceAndNoFiles() async throws {
        try await House.with { house in
            try await populate(house)
            let tags = [
                KeyValue(key: "mlflow.prompt.is_prompt", value: "True"), KeyValue(key: "mlflow.prompt.text", value: "Hi {{x}}"),
            ]
            let version = try await register(house, "dummy-source", model: Self.modelID, tags: tags)
            #expect(version.content == .unfrozen(reason: "it is a prompt, which has no files"))
            #expect(version.source == "dummy-source")
            // A logged model is told of versions made of it, and this one is not.
            let model = try await house.store.read { try $0.loggedModel(Self.modelID) }
            #expect(model?.tags.isEmpty == true)
            let message = await refusal(.invalidArgument) {
                _ = try await register(house, Text("models:/\(Self.modelID)"), model: Self.modelID, tags: tags)
            }
            #expect(message.contains("must use an MLflow placeholder"))
            // Only the last tag of a key counts, and only a true one.
            let frozen = try await register(
                house, Text("models:/\(Self.modelID)"), model: Self.modelID,
                tags: tags + [KeyValue(key: "mlflow.prompt.is_prompt", value: "false")])
            #expect(frozen.content.manifestDigest != nil)
        }
    }

    @Test func aLoggedModelIsFrozenWithItsRunBeside() async throws {
        try await House.with { house in
            try await populate(house)
            let version = try await register(house, Text("models:/\(Self.modelID)"), model: Self.modelID)
            #expect(version.number == 1)
            #expect(version.runID == Self.runID)
            #expect(version.authors == ModelAuthors(logged: Self.ana.id, run: "anonymous", registered: Self.ana.id))
            #expect(version.authors.hasAnonymous)
            #expect(try await paths(house, .modelVersion, version) == ["MLmodel", "model.skops"])
            #expect(
                try await paths(house, .modelVersionRun, version) == ["eval/holdout.parquet", "model/MLmodel", "model/model.skops"])
            let bytes = try #require(try await house.store.read { try $0.manifest(ofVersion: version.id) })
            let manifest = try FileManifest(parsing: bytes)
            #expect(version.content == .frozen(manifest: manifest.digest))
            #expect(manifest.files.map(\.path) == ["MLmodel", "model.skops"])
            #expect(
                try await house.useCases.downloadURI(ofVersion: 1, modelNamed: "loans")
                    == Text("mlflow-artifacts:/versions/\(version.id)"))
            let tag = try await house.store.read { try $0.loggedModel(Self.modelID)?.tags }
            #expect(tag == [KeyValue(key: "mlflow.modelVersions", value: "[{\"name\":\"loans\",\"version\":1}]")])
        }
    }

    @Test func laterWritesNeverShowInTheVersion() async throws {
        try await House.with { house in
            try await populate(house)
            let version = try await register(house, Text("models:/\(Self.modelID)"), model: Self.modelID)
            let before = try await house.store.read { tx in
                try (
                    tx.files(FileOwner(.modelVersion, id: Text(version.id))),
                    tx.files(FileOwner(.modelVersionRun, id: Text(version.id)))
                )
            }
            let orphans = try await house.store.write { tx in
                var orphans = try tx.putFile(try Self.file("model.skops", 9), of: FileOwner(.loggedModel, id: Self.modelID))
                orphans += try tx.putFile(try Self.file("backdoor.py", 8), of: FileOwner(.loggedModel, id: Self.modelID))
                orphans += try tx.removeFiles(of: FileOwner(.run, id: Self.runID), at: "eval")
                orphans += try tx.removeFiles(of: FileOwner(.loggedModel, id: Self.modelID), at: "MLmodel")
                return orphans
            }
            #expect(orphans.isEmpty, "a frozen version still names these bytes")
            let after = try await house.store.read { tx in
                try (
                    tx.files(FileOwner(.modelVersion, id: Text(version.id))),
                    tx.files(FileOwner(.modelVersionRun, id: Text(version.id)))
                )
            }
            #expect(after.0 == before.0)
            #expect(after.1 == before.1)
            for owner in [FileOwner(.modelVersion, id: Text(version.id)), FileOwner(.modelVersionRun, id: Text(version.id))] {
                _ = await refusal(.permissionDenied) {
                    _ = try await house.store.write { try $0.putFile(try Self.file("x", 1), of: owner) }
                }
                _ = await refusal(.permissionDenied) {
                    _ = try await house.store.write { try $0.removeFiles(of: owner, at: "MLmodel") }
                }
            }
        }
    }

    @Test func everySourceWeHoldIsFrozen() async throws {
        try await House.with { house in
            try await populate(house)
            let run = Self.runID
            let cases: [(Text, Text?, Text?, [Text])] = [
                (Text("runs:/\(run)/model"), run, nil, ["MLmodel", "model.skops"]),
                (Text("runs:/\(run)/model/"), run, nil, ["MLmodel", "model.skops"]),
                (Text("mlflow-artifacts:/0/\(run)/artifacts/model"), run, nil, ["MLmodel", "model.skops"]),
                (Text("mlflow-artifacts:/0/\(run)/artifacts"), run, nil, ["eval/holdout.parquet", "model/MLmodel", "model/model.skops"]),
                (Text("mlflow-artifacts:/0/models/\(Self.modelID)/artifacts"), nil, Self.modelID, ["MLmodel", "model.skops"]),
                (Text("mlflow-artifacts:/0/%6Dodels/\(Self.modelID)/artifacts"), nil, Self.modelID, ["MLmodel", "model.skops"]),
            ]
            for (source, runID, modelID, expected) in cases {
                let version = try await register(house, source, run: runID, model: modelID)
                #expect(try await paths(house, .modelVersion, version) == expected, "\(source)")
                #expect(version.content.manifestDigest != nil)
                #expect(version.source == source)
            }
        }
    }

    @Test func whatWeDoNotHoldIsUnfrozen() async throws {
        try await House.with { house in
            try await populate(house, status: .pending)
            let cases: [(Text, Text?, Text?)] = [
                (Text("models:/\(Self.modelID)"), nil, Self.modelID),
                ("s3://bucket/model", nil, nil),
                ("s3://bucket/model", nil, Self.modelID),
                (Text("runs:/\(Self.runID)/nothing"), Self.runID, nil),
                (Text("runs:/\(Self.runID)/mod"), Self.runID, nil),
                ("runs:/ffff/model", "ffff", nil),
            ]
            for (source, runID, modelID) in cases {
                let version = try await register(house, source, run: runID, model: modelID)
                guard case .unfrozen = version.content else {
                    Issue.record("\(source) was frozen")
                    continue
                }
                #expect(try await paths(house, .modelVersion, version) == [])
                #expect(try await house.useCases.downloadURI(ofVersion: version.number, modelNamed: "loans") == source)
            }
        }
    }

    @Test func anErasedFileCannotBeFrozen() async throws {
        try await House.with { house in
            try await populate(house)
            try await house.store.write { tx in
                let whole = try Self.file("model/gone", 7)
                _ = try tx.putFile(
                    FileRecord(path: whole.path, blob: nil, size: whole.size, digest: whole.digest),
                    of: FileOwner(.run, id: Self.runID))
            }
            let version = try await register(house, Text("runs:/\(Self.runID)/model"), run: Self.runID)
            #expect(version.content == .unfrozen(reason: "a file of its source has been erased"))
        }
    }

    @Test func sourcesThatTheirIdsDoNotContainAreRefused() async throws {
        try await House.with { house in
            try await populate(house)
            let run = Self.runID
            let outside = "request parameter must identify the resource that contains the source"
            let relative = "an absolute path must be provided"
            let cases: [(Text, Text?, Text?, String)] = [
                (Text("runs:/\(run)/model"), nil, nil, outside),
                (Text("runs:/\(run)/model"), "other", nil, outside),
                (Text("runs:/\(run)/model"), nil, Self.modelID, outside),
                (Text("runs://host/\(run)/model"), run, nil, outside),
                (Text("models:/\(Self.modelID)"), nil, nil, outside),
                (Text("models:/\(Self.modelID)"), run, nil, outside),
                (Text("models:/\(Self.modelID)"), nil, "m-other", outside),
                (Text("models://host/\(Self.modelID)"), nil, Self.modelID, "must use the active model registry"),
                ("models:/", nil, nil, outside), ("models:/a/b/c", nil, nil, outside), ("models:/loans@", nil, nil, outside),
                (Text("mlflow-artifacts:/0/\(run)/artifacts"), nil, nil, outside),
                (Text("mlflow-artifacts:/0/\(run)/artifactsX"), run, nil, outside),
                (Text("mlflow-artifacts://host/0/\(run)/artifacts"), run, nil, outside),
                ("mlflow-artifacts:/versions/1", run, nil, outside),
                ("http://127.0.0.1:5000/api/2.0/mlflow-artifacts/artifacts/0/x", run, nil, outside),
                (Text("mlflow-artifacts:/0/\(run)/artifacts/../../secret"), run, nil, relative),
                (Text("mlflow-artifacts:/0/\(run)/artifacts/%2e%2e/x"), run, nil, relative),
                (Text("mlflow-artifacts:/0/\(run)/artifacts/%252e%252e/x"), run, nil, relative),
                (Text("mlflow-artifacts:/0/\(run)/artifacts%00"), run, nil, relative),
                ("s3://bucket/../x", nil, nil, relative), ("s3://bucket/./x", nil, nil, relative),
                ("/etc/passwd", nil, nil, "To use a local path"), ("file:///etc", run, nil, "To use a local path"),
                ("model", nil, Self.modelID, "To use a local path"), ("C:\\x", nil, nil, ""),
            ]
            for (source, runID, modelID, words) in cases where !words.isEmpty {
                let message = await refusal(.invalidArgument) {
                    _ = try await register(house, source, run: runID, model: modelID)
                }
                #expect(message.contains(words), "\(source): \(message)")
            }
            #expect(try await house.kinds() == ["model.created", "share.set"])
        }
    }

    @Test func aCopyHasTheFilesAndTheAuthorsOfItsSource() async throws {
        try await House.with { house in
            try await populate(house)
            _ = try await house.useCases.createRegisteredModel(named: "copy", tags: [], description: nil, by: Self.ana)
            let original = try await register(house, Text("models:/\(Self.modelID)"), model: Self.modelID)
            try await house.useCases.setAlias("best", ofModelNamed: "loans", to: 1, by: Self.ana)
            _ = try await house.useCases.moveVersion(1, ofModelNamed: "loans", to: .staging, archivingOthers: false, by: Self.ana)
            let bob = Principal(userID: String(repeating: "b", count: 32), name: "Bob", roles: [.dataScientist])
            for reference in ["loans/1", "loans@best", "loans/staging", "loans/latest", "loans@latest"] {
                let copy = try await register(house, Text("models:/\(reference)"), named: "copy", by: bob)
                #expect(copy.content == original.content)
                #expect(copy.source == "models:/loans/1")
                #expect(copy.runID == original.runID)
                #expect(copy.authors == ModelAuthors(logged: Self.ana.id, run: "anonymous", registered: bob.id))
                #expect(try await paths(house, .modelVersionRun, copy).first == "eval/holdout.parquet")
            }
            _ = await refusal(.notFound) { _ = try await register(house, "models:/loans/2", named: "copy") }
            _ = await refusal(.notFound) { _ = try await register(house, "models:/none/1", named: "copy") }
            _ = await refusal(.notFound) { _ = try await register(house, "models:/loans/99999999999999999999", named: "copy") }
            _ = await refusal(.notFound) { _ = try await register(house, "models:/loans/Production", named: "copy") }
            _ = await refusal(.invalidArgument) { _ = try await register(house, "models:/loans/Nowhere", named: "copy") }
            _ = await refusal(.invalidArgument) { _ = try await register(house, "models:/loans@none", named: "copy") }
            _ = await refusal(.invalidArgument) { _ = try await register(house, "models:/loans/1", run: "x", named: "copy") }
        }
    }

    @Test func theEntryTellsWhatWasRegistered() async throws {
        try await House.with { house in
            try await populate(house)
            let version = try await register(house, Text("models:/\(Self.modelID)"), model: Self.modelID)
            let entry = try #require(try await house.useCases.modelHistory("loans").last)
            #expect(entry.kind == "version.registered")
            #expect(entry.actorID == Self.ana.id)
            #expect(entry.payload?["version"] == 1)
            #expect(entry.payload?["manifest"]?.string == version.content.manifestDigest?.hex)
            #expect(entry.payload?["files"] == 2)
            #expect(entry.payload?["run_by"] == "anonymous")
            #expect(entry.payload?["gate"]?["decision"] == "no-policy")
        }
    }

    @Test func aGateMayRefuseRegistrationAndThenNothingIsKept() async throws {
        try await House.with(gate: Refusing(.register)) { house in
            try await populate(house)
            _ = await refusal(.permissionDenied) {
                _ = try await register(house, Text("models:/\(Self.modelID)"), model: Self.modelID)
            }
            #expect(try await house.kinds() == ["model.created", "share.set"])
            #expect(try await house.useCases.latestVersions(ofModelNamed: "loans", in: []) == [])
            #expect(try await house.store.read { try $0.loggedModel(Self.modelID)?.tags } == [])
        }
    }
}
