import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// What webhooks are told of each change: MLflow's fields where the event is MLflow's, who did it, and nothing that did not
/// happen.
@Suite struct WebhookNoticeTests {
    private static let ana = Principal(userID: String(repeating: "a", count: 32), name: "Ana", roles: [.dataScientist])

    /// A house in which one webhook listens to everything.
    private func listen(_ house: House, by root: Principal) async throws {
        _ = try await house.useCases.createWebhook(
            NewWebhook(name: "all", url: try OutgoingURL("https://receiver.example/"), events: WebhookEvent.allCases), by: root)
    }

    /// Everything that was told since the last time, oldest first: `entity.action` and the data.
    private func told(_ house: House) async throws -> [(event: String, data: JSONValue, body: JSONValue)] {
        let before = house.outgoing.sent.count
        let id = try #require(try await house.store.read { try $0.webhooks(after: nil, limit: 1, mlflowOnly: false).items.first?.id })
        let worker = WebhookWorker(useCases: house.useCases)
        while try await worker.sendNext(toWebhook: id) {}
        return try house.outgoing.sent.dropFirst(before).map { sent in
            let body = try JSONValue(parsing: sent.message.body)
            let event = "\(body["entity"]?.string ?? "").\(body["action"]?.string ?? "")"
            return (event, try #require(body["data"]), body)
        }
    }

    private func version(
        _ name: Text, source: Text = "s3://b/x", tags: [KeyValue] = [], description: Text = ""
    ) -> NewModelVersion {
        NewModelVersion(
            modelName: name, source: source, runID: nil, loggedModelID: nil, runLink: "", description: description, tags: tags)
    }

    @Test func theRegistrysChangesInMLflowsWords() async throws {
        try await House.with { house in
            let root = try await house.useCases.createFirstAdministrator(named: "root").user.principal
            try await listen(house, by: root)
            let cases = house.useCases
            _ = try await cases.createRegisteredModel(named: "m", tags: [KeyValue(key: "k", value: "v")], description: nil, by: Self.ana)
            _ = try await cases.createModelVersion(version("m", tags: [KeyValue(key: "t", value: "1")], description: "d"), by: Self.ana)
            _ = try await cases.createModelVersion(version("m"), by: .anonymous)
            try await cases.setTag(KeyValue(key: "a", value: "b"), ofVersion: 1, modelNamed: "m", by: Self.ana)
            try await cases.deleteTag("a", ofVersion: 1, modelNamed: "m", by: Self.ana)
            try await cases.setAlias("prod", ofModelNamed: "m", to: 1, by: Self.ana)
            try await cases.setAlias("prod", ofModelNamed: "m", to: 2, by: Self.ana)
            try await cases.deleteAlias("prod", ofModelNamed: "m", by: Self.ana)
            _ = try await cases.moveVersion(1, ofModelNamed: "m", to: .staging, archivingOthers: false, by: Self.ana)
            _ = try await cases.moveVersion(2, ofModelNamed: "m", to: .staging, archivingOthers: true, by: Self.ana)
            _ = try await cases.renameRegisteredModel(named: "m", to: "n", by: Self.ana)
            try await cases.deleteModelVersion(1, ofModelNamed: "n", by: Self.ana)
            try await cases.deleteRegisteredModel(named: "n", by: Self.ana)
            let told = try await told(house)
            let expected: [(String, JSONValue)] = [
                ("registered_model.created", ["name": "m", "tags": ["k": "v"], "description": ""]),
                (
                    "model_version.created",
                    ["name": "m", "version": "1", "source": "s3://b/x", "run_id": nil, "tags": ["t": "1"], "description": "d"]
                ),
                (
                    "model_version.created",
                    ["name": "m", "version": "2", "source": "s3://b/x", "run_id": nil, "tags": [:], "description": nil]
                ),
                ("model_version_tag.set", ["name": "m", "version": "1", "key": "a", "value": "b"]),
                ("model_version_tag.deleted", ["name": "m", "version": "1", "key": "a"]),
                ("model_version_alias.created", ["name": "m", "alias": "prod", "version": "1"]),
                (
                    "model_version_alias.updated",
                    ["name": "m", "alias": "prod", "version": "1", "previous_version": nil]
                ),
                ("model_version_alias.created", ["name": "m", "alias": "prod", "version": "2"]),
                ("model_version_alias.updated", ["name": "m", "alias": "prod", "version": "2", "previous_version": "1"]),
                ("model_version_alias.deleted", ["name": "m", "alias": "prod"]),
                ("model_version_alias.updated", ["name": "m", "alias": "prod", "version": nil, "previous_version": "2"]),
                (
                    "model_version_stage.updated",
                    ["name": "m", "version": "1", "stage": "Staging", "previous_stage": "None", "archived_versions": []]
                ),
                (
                    "model_version_stage.updated",
                    ["name": "m", "version": "2", "stage": "Staging", "previous_stage": "None", "archived_versions": ["1"]]
                ),
                ("registered_model.renamed", ["name": "m", "new_name": "n"]),
                ("model_version.deleted", ["name": "n", "version": "1"]),
                ("registered_model.deleted", ["name": "n", "versions": ["2"]]),
            ]
            #expect(told.map(\.event) == expected.map(\.0))
            for (one, other) in zip(told, expected) { #expect(one.data == other.1, "\(one.event)") }

            let entries = try await house.entries()
            for one in told {
                let isAnonymous = one.data["version"] == "2" && one.event == "model_version.created"
                #expect(
                    one.body["actor"]
                        == (isAnonymous
                            ? ["id": "anonymous", "name": "", "kind": "anonymous"]
                            : ["id": .string(Self.ana.id), "name": "Ana", "kind": "user"]))
                #expect(entries.contains { $0.id == one.body["entry"]?.string })
                #expect(one.body["timestamp"]?.string?.hasSuffix("000+00:00") == true)
                #expect(one.body.object?.members.map(\.name) == ["entity", "action", "timestamp", "data", "actor", "entry"])
            }
        }
    }

    @Test func promptsHaveNamesOfTheirOwn() async throws {
        try await House.with { house in
            let root = try await house.useCases.createFirstAdministrator(named: "root").user.principal
            try await listen(house, by: root)
            let cases = house.useCases
            let mark = KeyValue(key: "mlflow.prompt.is_prompt", value: "true")
            let (own, text) = (KeyValue(key: "q", value: "w"), KeyValue(key: "mlflow.prompt.text", value: "Hello"))
            _ = try await cases.createRegisteredModel(named: "p", tags: [mark, own], description: "d", by: Self.ana)
            _ = try await cases.createModelVersion(version("p", source: "prompt-template", tags: [mark, text, own]), by: Self.ana)
            try await cases.setTag(KeyValue(key: "a", value: "b"), ofModelNamed: "p", by: Self.ana)
            try await cases.deleteTag("a", ofModelNamed: "p", by: Self.ana)
            try await cases.setTag(KeyValue(key: "a", value: "b"), ofVersion: 1, modelNamed: "p", by: Self.ana)
            try await cases.deleteTag("a", ofVersion: 1, modelNamed: "p", by: Self.ana)
            try await cases.setAlias("x", ofModelNamed: "p", to: 1, by: Self.ana)
            try await cases.deleteAlias("x", ofModelNamed: "p", by: Self.ana)
            let told = try await told(house).filter { WebhookEvent(rawValue: $0.event)?.isMLflow == true }
            #expect(
                told.map(\.event) == [
                    "prompt.created", "prompt_version.created", "prompt_tag.set", "prompt_tag.deleted",
                    "prompt_version_tag.set", "prompt_version_tag.deleted", "prompt_alias.created", "prompt_alias.deleted",
                ])
            #expect(told[0].data == ["name": "p", "tags": ["q": "w"], "description": "d"])
            #expect(
                told[1].data == ["name": "p", "version": "1", "template": "Hello", "tags": ["q": "w"], "description": nil])
            #expect(told[2].data == ["name": "p", "key": "a", "value": "b"])
        }
    }

    @Test func whatChangesNothingOrFailsTellsNobody() async throws {
        try await House.with(gate: Refusing(.setAlias)) { house in
            let root = try await house.useCases.createFirstAdministrator(named: "root").user.principal
            let cases = house.useCases
            _ = try await cases.createRegisteredModel(named: "m", tags: [], description: nil, by: Self.ana)
            _ = try await cases.createModelVersion(version("m"), by: Self.ana)
            try await cases.setTag(KeyValue(key: "a", value: "b"), ofVersion: 1, modelNamed: "m", by: Self.ana)
            try await listen(house, by: root)
            try await cases.setTag(KeyValue(key: "a", value: "b"), ofVersion: 1, modelNamed: "m", by: Self.ana)
            try await cases.deleteTag("none", ofVersion: 1, modelNamed: "m", by: Self.ana)
            try await cases.setTag(KeyValue(key: "a", value: "b"), ofModelNamed: "m", by: Self.ana)
            _ = await refusal(.permissionDenied) { try await cases.setAlias("x", ofModelNamed: "m", to: 1, by: Self.ana) }
            _ = await refusal(.alreadyExists) {
                _ = try await cases.createRegisteredModel(named: "m", tags: [], description: nil, by: Self.ana)
            }
            #expect(try await told(house).isEmpty)
        }
    }

    @Test func theGatesAnswers() async throws {
        try await GovernedHouse.with { house in
            try await listen(house.house, by: house.adam)
            try await house.publish()
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            try await house.work()
            for _ in 0..<2 { _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) } }
            let refused = try await told(house.house).filter { $0.event.hasPrefix("promotion") || $0.event.hasPrefix("gate") }
            #expect(refused.map(\.event) == ["promotion_request.created", "gate.refused"])
            let request = try await house.openRequest()
            for one in refused {
                #expect(one.data["name"] == "loans" && one.data["version"] == "1" && one.data["decision"] == "incomplete")
                #expect(one.data["request_id"]?.string == request.id && one.data["target"] == "stage Production")
                #expect(one.data["unmet"]?.array?.map { $0["code"] } == ["approval-missing", "approval-missing"])
                #expect(one.body["actor"]?["name"] == "otto")
            }
            try await house.approve(request, by: house.vera, house.cleo)
            let approved = try await told(house.house)
            #expect(approved.map(\.event) == ["promotion_request.approved", "promotion_request.approved"])
            #expect(approved.map { $0.body["actor"]?["name"] } == ["vera", "cleo"])
            try await house.promote(version, by: house.otto)
            let allowed = try await told(house.house)
            #expect(allowed.map(\.event) == ["model_version_stage.updated", "gate.allowed"])
            let gate = try #require(allowed.last?.data)
            #expect(gate["decision"] == "pass" && gate["change"] == "stage.changed" && gate["request_id"]?.string == request.id)
            #expect(gate["policies"] == [["name": "credit", "version": "1", "decision": "pass"]])
        }
    }
}
