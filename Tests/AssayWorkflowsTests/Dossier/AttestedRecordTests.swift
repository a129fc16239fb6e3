import AssayCanonical
import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// Records are signed by people, stay as they were signed, and say when they count.
@Suite struct AttestedRecordTests {
    private static let day: Int64 = 86_400_000

    @Test func aRecordIsSignedAndStaysWhateverBecomesOfIt() async throws {
        try await GovernedHouse.with { house in
            let governance = house.governance
            let first = try await governance.signRecord(
                type: "training", about: PaperAddress(), ["title": "Course of validators", "text": "two days"], by: house.vera)
            #expect(first.record.makerName == "vera" && first.record.isInForce && first.counts(at: house.house.now))
            #expect(first.content["evidence"] == ["training_record"])
            // A training is to be done again after a year.
            #expect(!first.counts(at: house.house.now + 366 * Self.day))
            let second = try await governance.signRecord(
                type: "training", about: PaperAddress(),
                ["title": "Course, again", "supersedes": .string(first.record.id), "valid_until": "2030-01-01"], by: house.vera)
            _ = try await governance.withdrawRecord(id: second.record.id, reason: "held by nobody", by: house.cleo)
            let all = try await governance.papers(.record)
            #expect(all.map(\.record.state) == ["withdrawn", "superseded"])
            #expect(try await governance.papers(.record, inForceOnly: true).isEmpty)
            let (paper, history) = try await governance.paper(id: second.record.id, .record)
            #expect(paper.content["withdrawn_because"] == "held by nobody")
            #expect(history.map(\.kind) == ["dossier.record-signed", "dossier.record-withdrawn"])
            #expect(history.map(\.actorName) == ["vera", "cleo"])
            let again = await refusal(.conflict) {
                _ = try await governance.withdrawRecord(id: second.record.id, reason: "again", by: house.cleo)
            }
            #expect(again.contains("is withdrawn already"), "\(again)")
        }
    }

    @Test func aRecordAboutAVersionNamesItsFiles() async throws {
        try await GovernedHouse.with { house in
            let version = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            let record = try await house.governance.signRecord(
                type: "rollback_drill", about: PaperAddress(model: "loans", version: 1), ["title": "Drill"], by: house.vera)
            #expect(record.record.subject.manifest == version.content.manifestDigest && record.record.subject.manifest != nil)
            _ = try await house.useCases.renameRegisteredModel(named: "loans", to: "loans-2", by: house.otto)
            let found = try await house.governance.papers(.record, about: PaperAddress(model: "loans-2", version: 1))
            #expect(found.map(\.about) == ["version 1 of loans-2"])
        }
    }

    @Test func whoMadeAModelDoesNotSignTheOpinionOnIt() async throws {
        try await GovernedHouse.with { house in
            // Both names of the same person's work count: ana logged, otto registered.
            _ = try await house.register(house.logModel(gap: "0.04", by: house.ana), by: house.otto)
            for author in [house.ana, house.otto] {
                for address in [try PaperAddress(model: "loans"), try PaperAddress(model: "loans", version: 1)] {
                    let text = await refusal(.permissionDenied) {
                        _ = try await house.governance.signRecord(
                            type: "validation", about: address, ["title": "Sound"], by: author)
                    }
                    #expect(text.contains("cannot sign a record of the type validation"), "\(text)")
                }
            }
            _ = try await house.governance.signRecord(
                type: "validation", about: PaperAddress(model: "loans", version: 1), ["title": "Sound"], by: house.vera)
        }
    }

    @Test func nobodySignsWithoutANameARightAndAFreshLogin() async throws {
        try await GovernedHouse.with { house in
            func sign(_ principal: Principal) async throws {
                _ = try await house.governance.signRecord(
                    type: "notice", about: PaperAddress(), ["title": "Words"], by: principal)
            }
            for principal in [Principal.anonymous, .localOperator, .server, house.adam] {
                _ = await refusal(.permissionDenied) { try await sign(principal) }
            }
            let vera = try await house.house.store.read { try #require(try $0.user(named: "vera")) }
            let stale = Authentication(.session, loginMilliseconds: house.house.now - 3_600_000)
            _ = await refusal(.unauthenticated) { try await sign(vera.principal(stale)) }
            let given = Authentication(.token, isMadeByAnother: true)
            _ = await refusal(.permissionDenied) { try await sign(vera.principal(given)) }
            #expect(try await house.governance.papers(.record).isEmpty)
        }
    }

    @Test func aWrongFormIsSaidByItsMember() async throws {
        try await GovernedHouse.with { house in
            let cases: [(String, JSONObject, String)] = [
                ("training", [:], "needs 'title'"), ("training", ["title": "  "], "'title'"),
                ("training", ["title": 5], "'title'"), ("training", ["title": "T", "colour": "red"], "has no 'colour'"),
                ("training", ["title": "T", "valid_until": "soon"], "'valid_until'"),
                ("training", ["title": "T", "valid_until": "1999-01-01"], "not after 'valid_from'"),
                ("training", ["title": "T", "file_sha256": "12"], "'file_sha256'"),
                ("training", ["title": "T", "file_name": "a.pdf"], "'file_sha256'"),
                ("training", ["title": "T", "controls": ["fed-mrm/none"]], "There is no control 'fed-mrm/none'"),
                ("training", ["title": "T", "controls": ["hipaa/training"]], "asks nobody to sign"),
                ("training", ["title": "T", "controls": "fed-mrm/scope"], "'controls'"),
                ("attestation", ["title": "T"], "name them in 'controls'"),
                ("training", ["title": "T\u{0}"], "'title'"), ("gossip", ["title": "T"], "is no type of record"),
            ]
            for (type, members, words) in cases {
                let text = await refusal(.invalidArgument) {
                    _ = try await house.governance.signRecord(type: type, about: PaperAddress(), members, by: house.vera)
                }
                #expect(text.contains(words), "\(text)")
            }
        }
    }

    @Test func aRecordSupersedesOnlyItsOwnKind() async throws {
        try await GovernedHouse.with { house in
            let first = try await house.governance.signRecord(
                type: "notice", about: PaperAddress(), ["title": "Words"], by: house.vera)
            _ = await refusal(.conflict) {
                _ = try await house.governance.signRecord(
                    type: "training", about: PaperAddress(), ["title": "T", "supersedes": .string(first.record.id)], by: house.vera)
            }
            _ = await refusal(.conflict) {
                _ = try await house.governance.signRecord(
                    type: "notice", about: PaperAddress(dataset: "patients"), ["title": "T", "supersedes": .string(first.record.id)],
                    by: house.vera)
            }
            #expect(try await house.governance.papers(.record, inForceOnly: true).map(\.record.id) == [first.record.id])
        }
    }

    @Test func onlyTheBytesThatWereSignedBecomeItsFile() async throws {
        try await GovernedHouse.with { house in
            let bytes = Array("the minutes".utf8)
            let record = try await house.governance.signRecord(
                type: "training", about: PaperAddress(),
                ["title": "T", "file_name": "minutes.txt", "file_sha256": .string(SHA256Hasher.digest(of: bytes).hex)], by: house.vera)
            let id = record.record.id
            func put(_ bytes: [UInt8], by principal: Principal) async throws {
                let chunks = AsyncStream { continuation in
                    continuation.yield(bytes)
                    continuation.finish()
                }
                try await house.governance.putFile(ofRecord: id, chunks, expectedBytes: nil, by: principal)
            }
            _ = await refusal(.notFound) { _ = try await house.governance.file(ofRecord: id) }
            _ = await refusal(.conflict) { try await put(Array("other words".utf8), by: house.vera) }
            _ = await refusal(.permissionDenied) { try await put(bytes, by: house.cleo) }
            try await put(bytes, by: house.vera)
            _ = await refusal(.conflict) { try await put(bytes, by: house.vera) }
            let file = try await house.governance.file(ofRecord: id)
            #expect(file.path == "minutes.txt" && file.size == 11)
        }
    }

    @Test func aRowThatWasChangedBehindTheLogIsADifference() async throws {
        try await GovernedHouse.with(tampers: true) { house in
            let record = try await house.governance.signRecord(
                type: "training", about: PaperAddress(), ["title": "Course"], by: house.vera)
            #expect(try await house.useCases.compareRecords()?.isEqual == true)
            let digest = Hex.encode(Array(#"{"title":"forged"}"#.utf8))
            try house.house.tamper("UPDATE paper SET content = x'\(digest)'")
            let differences = try await house.useCases.compareRecords()?.differences ?? []
            #expect(differences.map(\.object) == ["paper \(record.record.id)"])
        }
    }

    @Test func aTypeIsDataWithEvidence() {
        #expect(RecordType.all.map(\.word) == RecordType.all.map(\.word).sorted())
        #expect(Set(RecordType.all.map(\.word)).count == RecordType.all.count)
        for type in RecordType.all {
            #expect(type.evidence.isEmpty == (type.word == "attestation") && !type.title.isEmpty, "\(type.word)")
            #expect(type.evidence.allSatisfy { $0.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F } }, "\(type.word)")
        }
    }
}
