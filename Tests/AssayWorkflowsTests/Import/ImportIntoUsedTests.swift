import AssayStore
import AssayTerms
import AssayWorkflows
import Testing

/// A data directory that is in use already: what is there stays, and what cannot be one with it is named.
@Suite struct ImportIntoUsedTests {
    @Test func numbersAndNamesThatAreTaken() async throws {
        let fixture = try ImportFixture("2.22", .database)
        try await House.with { house in
            let useCases = house.useCases
            _ = try await useCases.createExperiment(name: "ours", artifactLocation: "", tags: [])
            let gone = try await useCases.createExperiment(name: "gone", artifactLocation: "", tags: [])
            let mine = try await useCases.createRun(
                experimentID: 0, name: "mine", userID: "me", startTime: 5, tags: [], by: .anonymous)
            let report = try await fixture.bring(into: house)
            #expect(report.isWhole, "\(report.complaints)")
            // 1 is ours, 2 is taken by the namesake: "loans" gets a number of its own, "gone" joins, and so does Default.
            let loans = try await house.experimentID("loans")
            #expect(loans == 3)
            let first = try await house.run(named: "first")
            #expect(first.info.experimentID == loans && first.info.artifactURI == Text("mlflow-artifacts:/3/\(first.info.id)/artifacts"))
            #expect(try await house.run(named: "goes along").info.experimentID == gone.id)
            #expect(try await useCases.experiment(gone.id).stage == .active)
            #expect(try await house.run(named: "in Default").info.experimentID == 0)
            #expect(try await useCases.experiment(0).creationTime == 0)
            #expect(try await house.run(named: "mine").info == mine.info)
            #expect(report.notes.contains { $0.string.contains("experiment 1 'loans' is 3 here") }, "\(report.notes)")
            #expect(report.notes.contains { $0.string.contains("'gone' joined \(gone.id)") }, "\(report.notes)")
            let second = try await fixture.bring(into: house)
            #expect(second.isWhole && !second.hasChanges, "\(second.complaints)")
        }
    }

    @Test func aModelOfThatNameIsNotMixed() async throws {
        let fixture = try ImportFixture("2.22", .files)
        try await House.with { house in
            _ = try await house.useCases.createRegisteredModel(named: "loan-approval", tags: [], description: "ours", by: .anonymous)
            let report = try await fixture.bring(into: house)
            #expect(report.problems.map(\.object) == ["registered model 'loan-approval'"], "\(report.complaints)")
            #expect(try await house.useCases.registeredModel(named: "loan-approval").model.description == "ours")
            #expect(try await house.useCases.registeredModel(named: "new name").model.aliases.isEmpty)
            // Renamed out of the way, it comes.
            _ = try await house.useCases.renameRegisteredModel(named: "loan-approval", to: "ours", by: .anonymous)
            let second = try await fixture.bring(into: house)
            #expect(second.isWhole && second.created[.registeredModels] == 1, "\(second.complaints)")
        }
    }

    @Test func aRunOfThatIDIsNotMixed() async throws {
        let fixture = try ImportFixture("2.22", .database)
        try await House.with { house in
            _ = try await fixture.bring(into: house)
            try house.tamper("DELETE FROM importedOwner; UPDATE run SET name = 'ours' WHERE name = 'first'")
            let report = try await fixture.bring(into: house)
            let first = try await house.run(named: "ours").info.id
            #expect(report.problems.map(\.object) == [Text("run \(first)")], "\(report.complaints)")
            // The others are the same and are as good as brought over.
            #expect(report.created[.runs] == 0)
            #expect(report.differences == [ImportProblem(Text("run \(first)"), "attributes differ")])
        }
    }

    @Test func aVersionMadeHereKeepsItsNumber() async throws {
        let fixture = try ImportFixture("2.22", .database)
        try await House.with { house in
            _ = try await fixture.bring(into: house)
            let third = try await house.useCases.modelVersion(3, ofModelNamed: "loan-approval")
            _ = try await house.useCases.createModelVersion(
                NewModelVersion(
                    modelName: "loan-approval", source: Text("runs:/\(third.runID)/model"), runID: third.runID, loggedModelID: nil,
                    runLink: "", description: "ours", tags: []), by: .anonymous)
            try fixture.change(
                "INSERT INTO model_versions (name, version, creation_time, last_updated_time, current_stage, source, status) VALUES ('loan-approval', 7, 5, 5, 'None', 's3://x', 'READY')")
            let report = try await fixture.bring(into: house)
            #expect(report.problems.map(\.object) == ["registered model 'loan-approval', version 7"], "\(report.complaints)")
            #expect(try await house.useCases.modelVersion(7, ofModelNamed: "loan-approval").description == "ours")
        }
    }

    // MARK: - The gate

    @Test func placesThatAPolicyProtectsStayFree() async throws {
        let fixture = try ImportFixture("3.17", .database)
        try await GovernedHouse.with { governed in
            try await governed.publish()
            let report = try await StoreImport(from: fixture.open(), into: governed.useCases).run()
            #expect(report.problems.isEmpty && report.differences.isEmpty, "\(report.complaints)")
            // The policy keeps Production and champion of loan*; the organisation's default keeps `production` of anything.
            #expect(
                report.withheld == [
                    "greeting version 1 has the alias production at its source",
                    "loan-approval version 3 is in Production at its source",
                    "loan-approval version 3 has the alias champion at its source",
                ], "\(report.withheld)")
            let useCases = governed.useCases
            let third = try await useCases.modelVersion(3, ofModelNamed: "loan-approval")
            #expect(third.stage == .none && third.aliases.isEmpty && third.content.manifestDigest != nil)
            let fourth = try await useCases.modelVersion(4, ofModelNamed: "loan-approval")
            #expect(fourth.stage == .staging && fourth.aliases == ["Challenger_2"])
            // Whoever wants it there asks, and reads what is missing: an author to begin with.
            let text = await refusal(.permissionDenied) {
                _ = try await useCases.moveVersion(
                    3, ofModelNamed: "loan-approval", to: .production, archivingOthers: false, by: governed.otto)
            }
            #expect(text.contains("adopt"), "\(text)")

            let entries = try await governed.house.entries().count
            let second = try await StoreImport(from: fixture.open(), into: governed.useCases).run()
            #expect(!second.hasChanges && second.withheld == report.withheld)
            #expect(try await governed.house.entries().count == entries)
        }
    }

    @Test func withoutAPolicyTheGateCanBeClosedAllTheSame() async throws {
        let fixture = try ImportFixture("2.22", .files)
        try await GovernedHouse.with(requiresPolicy: true) { governed in
            let report = try await StoreImport(from: fixture.open(), into: governed.useCases).run()
            #expect(report.withheld.count == 2, "\(report.complaints)")
            #expect(try await governed.useCases.modelVersion(3, ofModelNamed: "loan-approval").stage == .none)
        }
    }

    @Test func anAliasThatOnlyLooksProtectedDoesNotCome() async throws {
        let fixture = try ImportFixture("2.22", .database)
        // The first letter is Cyrillic.
        try fixture.change("UPDATE registered_model_aliases SET alias = '\u{0441}hampion' WHERE alias = 'champion'")
        try await House.with { house in
            let report = try await fixture.bring(into: house)
            #expect(report.problems.count == 1 && report.problems[0].message.string.contains("not ASCII"), "\(report.complaints)")
            #expect(report.differences.isEmpty)
            #expect(try await house.useCases.modelVersion(3, ofModelNamed: "loan-approval").aliases.isEmpty)
        }
    }
}
