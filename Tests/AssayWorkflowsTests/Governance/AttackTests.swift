import AssayCanonical
import AssayJSON
import AssayPolicy
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// Ways around the gate, each tried against the use cases a client reaches: none works.
@Suite struct AttackTests {
    private static let biased = "0.2333"
    private static let fair = "0.04"

    @Test func predictionsAndTablesOfOnesOwnChangeNothing() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            let logged = try await house.logModel(gap: Self.biased, by: house.otto)
            // Beside the table: perfect predictions. In the logged model: the fair model's file. Before and after.
            try await house.put("perfect", at: "eval/predictions.parquet", of: FileOwner(.run, id: logged.run), by: house.otto)
            let version = try await house.register(logged, by: house.otto)
            try await house.put(Self.fair, at: "model.skops", of: FileOwner(.loggedModel, id: logged.model), by: house.otto)
            try await house.put("kinder rows", at: "eval/holdout.parquet", of: FileOwner(.run, id: logged.run), by: house.otto)
            try await house.work()
            let text = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(text.contains("is 0.2333"))
            let view = try await house.governance.evidence(model: "loans", version: 1)
            #expect(view.evidence.count == 1)
            let payload = try DSSEEnvelope(json: JSONValue(parsing: view.evidence[0].envelope)).payload
            let envelope = try EnvelopeJSON.envelope(from: JSONValue(parsing: payload))
            #expect(envelope.inputs[0].digest == SHA256Hasher.digest(of: Array("rows".utf8)))
            // The frozen list itself refuses.
            for kind in [FileOwner.Kind.modelVersion, .modelVersionRun] {
                _ = await refusal(.permissionDenied) {
                    try await house.put("x", at: "eval/holdout.parquet", of: FileOwner(kind, id: Text(version.id)), by: house.otto)
                }
            }
        }
    }

    @Test func renamingLeavesNoPolicyBehind() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            let version = try await house.register(house.logModel(gap: Self.biased, by: house.otto), by: house.otto)
            try await house.work()
            // It holds nothing, so it may be renamed; the policy comes along.
            _ = try await house.useCases.renameRegisteredModel(named: "loans", to: "toys", by: house.otto)
            let text = await refusal(.permissionDenied) {
                _ = try await house.useCases.moveVersion(
                    version.number, ofModelNamed: "toys", to: .production, archivingOthers: false, by: house.otto)
            }
            #expect(text.contains("Policy credit 1") && text.contains("is 0.2333"))
        }
    }

    @Test func aHolderIsNotRenamedOrDeletedPastTheGate() async throws {
        try await GovernedHouse.with { house in
            let version = try await house.register(house.logModel(gap: Self.biased, by: house.otto), by: house.otto)
            try await house.promote(version, by: house.otto)
            try await house.publish()
            try await house.work()
            _ = await refusal(.permissionDenied) {
                _ = try await house.useCases.renameRegisteredModel(named: "loans", to: "toys", by: house.otto)
            }
            _ = await refusal(.permissionDenied) {
                try await house.useCases.deleteRegisteredModel(named: "loans", by: house.otto)
            }
            _ = await refusal(.permissionDenied) {
                try await house.useCases.deleteModelVersion(1, ofModelNamed: "loans", by: house.otto)
            }
            // A policy never takes a live model down.
            #expect(try await house.stage(version) == .production)
            // Under a name the policy selects, a model that it does not select now needs leave as well.
            let toy = try await house.register(
                house.logModel(gap: "0.9", by: house.otto), as: "toys", by: house.otto)
            _ = await refusal(.permissionDenied) { try await house.promote(toy, by: house.otto) }
            try await house.approve(house.openRequest("toys"), by: house.cleo)
            try await house.promote(toy, by: house.otto)
            _ = await refusal(.permissionDenied) {
                _ = try await house.useCases.renameRegisteredModel(named: "toys", to: "loans-2", by: house.otto)
            }
            try await house.work()
            let text = await refusal(.permissionDenied) {
                _ = try await house.useCases.renameRegisteredModel(named: "toys", to: "loans-2", by: house.otto)
            }
            #expect(text.contains("is 0.9"), "\(text)")
        }
    }

    @Test func copyingLeavesNoPolicyAndNoAuthorBehind() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            let version = try await house.register(house.logModel(gap: Self.biased, by: house.ana), by: house.ana)
            let copy = try await house.copy(version, to: "toys", by: house.otto)
            try await house.work()
            let text = await refusal(.permissionDenied) { try await house.promote(copy, by: house.otto) }
            #expect(text.contains("Policy credit 1") && text.contains("is 0.2333"))
            // Ana, who may validate, made these files; Otto's copy does not make her a stranger to them.
            let request = try await house.openRequest("toys")
            _ = await refusal(.permissionDenied) { try await house.approve(request, by: house.ana) }
            // Deleting the first model and making it anew elsewhere changes nothing either.
            try await house.useCases.deleteRegisteredModel(named: "loans", by: house.otto)
            let again = await refusal(.permissionDenied) { try await house.promote(copy, by: house.otto) }
            #expect(again.contains("Policy credit 1"))
        }
    }

    @Test func anotherAliasIsAnotherRequest() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            let version = try await house.register(house.logModel(gap: Self.fair, by: house.otto), by: house.otto)
            try await house.carryThrough(version, by: house.otto)
            for alias in ["champion", "Champion", "PROD", "production"] as [Text] {
                let text = await refusal(.permissionDenied) {
                    try await house.useCases.setAlias(alias, ofModelNamed: "loans", to: 1, by: house.otto)
                }
                #expect(text.contains("0 of 1"))
            }
        }
    }

    @Test func anApprovalCountsOnceForOneThing() async throws {
        try await GovernedHouse.with(tampers: true) { house in
            try await house.publish()
            let first = try await house.register(house.logModel(gap: Self.fair, by: house.otto), by: house.otto)
            try await house.work()
            _ = await refusal(.permissionDenied) { try await house.promote(first, by: house.otto) }
            let request = try await house.openRequest()
            try await house.approve(request, by: house.vera)
            _ = await refusal(.alreadyExists) { try await house.approve(request, by: house.vera) }
            let half = await refusal(.permissionDenied) { try await house.promote(first, by: house.otto) }
            #expect(half.contains("approvals by compliance: 0 of 1"))
            try await house.approve(request, by: house.cleo)
            try await house.promote(first, by: house.otto)
            _ = await refusal(.conflict) { try await house.approve(request, by: house.cleo) }

            // Out of Production and back: the approvals are used up.
            _ = try await house.useCases.moveVersion(
                1, ofModelNamed: "loans", to: .archived, archivingOthers: false, by: house.otto)
            let back = await refusal(.permissionDenied) { try await house.promote(first, by: house.otto) }
            #expect(back.contains("approvals by validator: 0 of 1"))

            // The rows of the used approvals, put under the next version's request, bind something else.
            let second = try await house.register(house.logModel(gap: "0.05", by: house.otto), by: house.otto)
            try await house.work()
            _ = await refusal(.permissionDenied) { try await house.promote(second, by: house.otto) }
            let next = try await house.openRequest()
            let used = try await house.house.store.read { try $0.approvals(requestID: request.id) }
            #expect(used.map(\.state) == [.used, .used])
            try await house.house.store.write { tx in
                for (index, approval) in used.enumerated() {
                    var replayed = approval
                    replayed.id = String(repeating: "\(index)", count: 32)
                    replayed.requestID = next.id
                    replayed.state = .standing
                    try tx.insertApproval(replayed)
                }
            }
            let text = await refusal(.permissionDenied) { try await house.promote(second, by: house.otto) }
            #expect(text.contains("it was given for another request"), "\(text)")
        }
    }

    @Test func peopleWhoMayNotApproveDoNot() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            let version = try await house.register(house.logModel(gap: Self.fair, by: house.ana), by: house.otto)
            try await house.work()
            _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            let request = try await house.openRequest()
            // Ana logged it and holds the role; Otto registered it; Adam administers; nobody is nobody.
            for person in [house.ana, house.otto, house.adam, .anonymous, .localOperator, .server] {
                _ = await refusal(.permissionDenied) { try await house.approve(request, by: person) }
            }
            try await house.approve(request, by: house.vera, house.cleo)
            _ = await refusal(.permissionDenied) { try await house.promote(version, by: .anonymous) }
            #expect(try await house.stage(version) == ModelStage.none)
            // Whoever loses the role loses the place.
            _ = try await house.useCases.setRoles([.auditor], ofUserNamed: "cleo", by: house.adam)
            let text = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(text.contains("approvals by compliance: 0 of 1"))
        }
    }

    @Test func approvalsExpireAndAreBoundToWhatWasSeen() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            let version = try await house.register(house.logModel(gap: Self.fair, by: house.otto), by: house.otto)
            _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            let request = try await house.openRequest()
            let early = await refusal(.conflict) { try await house.approve(request, by: house.vera) }
            #expect(early.contains("being computed"))
            let seen = try #require(try await house.governance.request(id: request.id).bindingDigest)
            try await house.work()
            _ = await refusal(.conflict) {
                _ = try await house.governance.approve(requestID: request.id, seen: seen, comment: "", by: house.vera)
            }
            try await house.approve(request, by: house.vera, house.cleo)
            house.house.advance(milliseconds: 90 * 86_400_000)
            let text = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(text.contains("it has expired"))
            // The same people may look again.
            try await house.approve(request, by: house.vera, house.cleo)
            try await house.promote(version, by: house.otto)
        }
    }

    @Test func namelessWorkWaitsForSomebodyWhoAnswersForIt() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            let version = try await house.register(house.logModel(gap: Self.fair, by: .anonymous), by: house.otto)
            try await house.work()
            let text = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(text.contains("assay model adopt loans 1"))
            for nobody in [Principal.anonymous, house.vera, house.adam] {
                _ = await refusal(.permissionDenied) {
                    _ = try await house.governance.adopt(model: "loans", version: 1, comment: "", by: nobody)
                }
            }
            _ = try await house.governance.adopt(model: "loans", version: 1, comment: "mine now", by: house.ana)
            _ = await refusal(.alreadyExists) {
                _ = try await house.governance.adopt(model: "loans", version: 1, comment: "", by: house.otto)
            }
            let request = try await house.openRequest()
            _ = await refusal(.permissionDenied) { try await house.approve(request, by: house.ana) }
            try await house.approve(request, by: house.vera, house.cleo)
            try await house.promote(version, by: house.otto)
            // A version with a named author has nothing to adopt.
            let named = try await house.register(house.logModel(gap: Self.fair, by: house.otto), by: house.otto)
            _ = await refusal(.conflict) {
                _ = try await house.governance.adopt(
                    model: "loans", version: Int(named.number), comment: "", by: house.ana)
            }
        }
    }

    /// Files in another's run and logged model are still one's own.
    @Test func whoWroteTheFilesIsAnAuthor() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            let logged = try await house.logModel(gap: Self.biased, by: house.otto)
            try await house.put(
                Self.fair, at: "model.skops", of: FileOwner(.loggedModel, id: logged.model), by: house.vera)
            let version = try await house.register(logged, by: house.otto)
            try await house.work()
            _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            _ = await refusal(.permissionDenied) { try await house.approve(house.openRequest(), by: house.vera) }
            // And nobody's files are nobody's, whoever's run holds them.
            let other = try await house.logModel(gap: Self.biased, by: house.otto)
            try await house.put(
                Self.fair, at: "model.skops", of: FileOwner(.loggedModel, id: other.model), by: .anonymous)
            let nameless = try await house.register(other, by: house.otto)
            let text = await refusal(.permissionDenied) { try await house.promote(nameless, by: house.otto) }
            #expect(text.contains("assay model adopt"))
        }
    }

    /// The rows a version is judged on are part of what somebody has to answer for, whoever's run they were put into.
    @Test func nobodysRowsWaitForSomebodyWhoAnswersForThem() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            let logged = try await house.logModel(gap: Self.fair, by: house.otto)
            try await house.put(
                "kinder rows", at: "eval/holdout.parquet", of: FileOwner(.run, id: logged.run), by: .anonymous)
            let version = try await house.register(logged, by: house.otto)
            try await house.work()
            let text = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(text.contains("assay model adopt loans 1"), "\(text)")
            try await house.approve(house.openRequest(), by: house.vera, house.cleo)
            _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            _ = try await house.governance.adopt(model: "loans", version: 1, comment: "", by: house.otto)
            try await house.promote(version, by: house.otto)
        }
    }

    /// An account that was out of use comes back without the approvals it had given: somebody else may have given them.
    @Test func anApprovalDoesNotOutliveItsAccount() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            let version = try await house.register(house.logModel(gap: Self.fair, by: house.otto), by: house.otto)
            try await house.work()
            _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            try await house.approve(house.openRequest(), by: house.vera, house.cleo)
            _ = try await house.useCases.disableUser(named: "vera", by: house.adam)
            _ = try await house.useCases.enableUser(named: "vera", by: house.adam)
            let text = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            #expect(text.contains("validator: 0 of 1") && !text.contains("compliance: 0 of 1"), "\(text)")
            #expect(try await house.useCases.compareRecords()?.isEqual == true)
            try await house.approve(house.openRequest(), by: house.vera)
            try await house.promote(version, by: house.otto)
            #expect(try await house.useCases.compareRecords()?.isEqual == true)
        }
    }

    /// What is deleted and made anew under the same name and number, of the same files, begins anew.
    @Test(arguments: [true, false])
    func nothingThatWasAskedOrApprovedOutlivesItsVersion(deletesModel: Bool) async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            let logged = try await house.logModel(gap: Self.fair, by: house.otto)
            let first = try await house.register(logged, by: house.otto)
            let other = try await house.register(logged, by: house.otto)
            try await house.work()
            for version in [first, other] {
                _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
                try await house.approve(house.openRequest(), by: house.vera, house.cleo)
            }
            if deletesModel {
                try await house.useCases.deleteRegisteredModel(named: "loans", by: house.otto)
            } else {
                try await house.useCases.deleteModelVersion(1, ofModelNamed: "loans", by: house.otto)
            }
            #expect(try await house.governance.requests(state: .open, model: "loans", limit: 10).map(\.version) == (deletesModel ? [] : [2]))
            #expect(try await house.useCases.compareRecords()?.isEqual == true)
            guard deletesModel else { return try await house.promote(other, by: house.otto) }
            let again = try await house.register(logged, by: house.otto)
            #expect(again.number == 1)
            let text = await refusal(.permissionDenied) { try await house.promote(again, by: house.otto) }
            #expect(text.contains("validator: 0 of 1") && text.contains("compliance: 0 of 1"), "\(text)")
            let history = try await house.useCases.modelHistory("loans")
            #expect(history.map(\.kind).contains("request.decided"), "the new model's own history has the question")
            try await house.approve(house.openRequest(), by: house.vera, house.cleo)
            try await house.promote(again, by: house.otto)
            // The gate closes what a deletion itself rests on.
            _ = await refusal(.permissionDenied) { try await house.useCases.deleteRegisteredModel(named: "loans", by: house.otto) }
            try await house.approve(house.openRequest(), by: house.vera, house.cleo)
            try await house.useCases.deleteRegisteredModel(named: "loans", by: house.otto)
            #expect(try await house.governance.requests(state: .open, model: "loans", limit: 10).isEmpty)
            #expect(try await house.useCases.compareRecords()?.isEqual == true)
        }
    }

    /// An alias that looks like a protected one is none.
    @Test(arguments: ["ch\u{0430}mpion", "champion\u{200B}", "\u{FF50}rod", "\u{212A}ing"] as [Text])
    func anAliasDoesNotLookLikeAnother(alias: Text) async throws {
        try await GovernedHouse.with { house in
            _ = try await house.register(house.logModel(gap: Self.fair, by: house.otto), by: house.otto)
            let text = await refusal(.invalidArgument) {
                try await house.useCases.setAlias(alias, ofModelNamed: "loans", to: 1, by: house.otto)
            }
            #expect(text.contains("ASCII"), "\(text)")
            try await house.useCases.setAlias("best-so_far2", ofModelNamed: "loans", to: 1, by: house.otto)
        }
    }

    /// Somebody with the database open: evidence that we did not sign is worth nothing.
    @Test func evidenceOfAnotherHandDoesNotCount() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            let version = try await house.register(house.logModel(gap: Self.fair, by: house.otto), by: house.otto)
            try await house.work()
            let view = try await house.governance.evidence(model: "loans", version: 1)
            let biased = try await house.register(house.logModel(gap: Self.biased, by: house.otto), by: house.otto)
            let manifest = try #require(biased.content.manifestDigest)
            // The fair model's statement under the biased one's digest, and one signed with a key of one's own.
            var moved = view.evidence[0]
            moved.id = String(repeating: "a", count: 32)
            moved.subject = manifest
            let signed = try DSSEEnvelope(json: JSONValue(parsing: moved.envelope))
            var own = try EnvelopeJSON.envelope(from: JSONValue(parsing: signed.payload))
            own.subjects = [.init(name: "loans/2", digest: manifest)]
            let forged = EvidenceRecord(
                id: String(repeating: "b", count: 32), subject: manifest, claim: try Claim.digest(of: own),
                provenance: .recomputed,
                envelope: try DSSEEnvelope(
                    signing: EnvelopeJSON.statement(of: own).canonicalBytes(), with: Ed25519.SigningKey()
                ).json.bytes(), keyID: moved.keyID, jobID: nil, recordedMilliseconds: 0)
            let rows = [moved, forged]
            try await house.house.store.write { tx in for row in rows { try tx.insertEvidence(row) } }
            let text = await refusal(.permissionDenied) { try await house.promote(biased, by: house.otto) }
            #expect(text.contains("being computed"), "\(text)")
            try await house.carryThrough(version, by: house.otto)
        }
    }

    /// Without the key that signed it, evidence is computed and signed again.
    @Test func evidenceOfALostKeyIsMadeAgain() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            let version = try await house.register(house.logModel(gap: Self.fair, by: house.otto), by: house.otto)
            try await house.work()
            let heir = Governance(
                useCases: house.governance.useCases, logOrigin: "assay/test", settings: .shipped(),
                catalogue: Catalogue([GovernedHouse.check]), evidenceKey: Ed25519.SigningKey())
            func ask() async throws -> String {
                try await heir.openRequest(
                    model: "loans", version: 1, target: .stage("Production"), by: house.otto
                ).refusal ?? ""
            }
            #expect(try await ask().contains("being computed"))
            let worker = EvidenceWorker(governance: heir, computer: GapReader())
            while try await worker.runNext() {}
            let text = try await ask()
            #expect(text.contains("approvals by validator") && !text.contains("demographic"), "\(text)")
            #expect(try await heir.envelopes(model: "loans", version: 1).count == 1)
            #expect(version.number == 1)
        }
    }

    @Test func failedEvidenceIsIncompleteWithItsReason() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            let cases: [(String, Text, String)] = [
                ("no parquet", "eval/holdout.parquet", "is no Parquet file"),
                ("rows", "eval/holdout.json", "mlflow.log_table(df, \"eval/holdout.parquet\")"),
                ("rows", "eval/other.parquet", "frozen without the evaluation table"),
            ]
            for (table, path, reason) in cases {
                let version = try await house.register(
                    house.logModel(gap: Self.fair, table: table, path: path, by: house.otto), by: house.otto)
                try await house.work()
                let text = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
                #expect(text.contains("incomplete") && text.contains(reason), "\(text)")
                try await house.approve(house.openRequest(), by: house.vera, house.cleo)
                _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            }
        }
    }

    /// A machine's fault is tried again when somebody asks; a file's is not.
    @Test func whatTheMachineBrokeIsTriedAgain() async throws {
        struct Broken: EvidenceComputer {
            func compute(_ work: EvidenceWork) async throws -> Envelope {
                throw AssayError(.unavailable, "no child process can be confined here")
            }
        }
        try await GovernedHouse.with { house in
            try await house.publish()
            let version = try await house.register(house.logModel(gap: Self.fair, by: house.otto), by: house.otto)
            try await house.work(Broken())
            let view = try await house.governance.evidence(model: "loans", version: 1)
            #expect(view.jobs.map(\.state) == [.failed] && view.jobs[0].mayRetry)
            _ = await refusal(.permissionDenied) { try await house.promote(version, by: house.otto) }
            try await house.carryThrough(version, by: house.otto)
        }
    }
}
