import AssayJSON
import AssayPolicy
import AssayStore
import AssayTerms
import AssayWorkflows
import Foundation
import GRDB
import Testing

/// The first, second, third … row that a governed change writes fails, one after the other, until the change gets through. Each
/// time nothing of it may stay: no row, no entry, no index.
@Suite struct FailingWriteTests {
    @Test func nothingOfAChangeStaysWhicheverOfItsWritesFails() async throws {
        try await GovernedHouse.with(tampers: true) { house in
            var faults = try RowFaults(path: house.house.path)
            let (useCases, governance) = (house.useCases, house.governance)

            try await faults.through("user.created") {
                _ = try await useCases.createUser(named: "dora", roles: [.auditor], by: house.adam)
            }
            try await faults.through("user.roles-changed") {
                _ = try await useCases.setRoles([.auditor, .validator], ofUserNamed: "dora", by: house.adam)
            }
            var tokenID = ""
            try await faults.through("token.created") {
                tokenID = try await useCases.createToken(forUserNamed: "dora", label: "ci", by: house.adam).record.id
            }
            try await faults.through("token.revoked") { try await useCases.revokeToken(id: tokenID, by: house.adam) }
            try await faults.through("policy.published") {
                _ = try await governance.publish(Array(GovernedHouse.policy.utf8), by: house.petra)
            }
            let looser = GovernedHouse.policy.replacing("version: \"1\"", with: "version: \"2\"").replacing("max: 0.1", with: "max: 0.2")
            var waiting: Proposal?
            try await faults.through("proposal.made") {
                waiting = try await governance.publish(Array(looser.utf8), by: house.petra).waiting
            }
            let proposalID = try #require(waiting).id
            try await faults.through("policy.published") {
                _ = try await useCases.confirmProposal(id: proposalID, by: house.ana)
            }
            for name in ["loans", "loans-spare"] as [Text] {
                try await faults.through("model.created") {
                    _ = try await useCases.createRegisteredModel(
                        named: name, tags: [.init(key: "team", value: "credit")], description: "d", by: house.otto)
                }
            }
            let logged = try await house.logModel(gap: "0.04", by: house.otto)
            try await faults.through("version.registered") { _ = try await house.register(logged, by: house.otto) }
            let version = try await useCases.modelVersion(1, ofModelNamed: "loans")
            // A worker takes the job, computes, and records; a failure of its own is written down and tried again.
            try await house.work()
            try await faults.through("request.opened") {
                _ = try await governance.openRequest(
                    model: "loans", version: 1, target: .stage("Production"), by: house.otto)
            }
            let request = try await house.openRequest()
            for person in [house.vera, house.cleo] {
                try await faults.through("approval.given") { try await house.approve(request, by: person) }
            }
            try await faults.through("stage.changed") { try await house.promote(version, by: house.otto) }
            #expect(try await house.stage(version) == .production)
            try await faults.through("alias.set") {
                try await useCases.setAlias("shadow", ofModelNamed: "loans", to: 1, by: house.otto)
            }
            try await faults.through("alias.deleted") {
                try await useCases.deleteAlias("shadow", ofModelNamed: "loans", by: house.otto)
            }
            let nameless = try await house.register(house.logModel(gap: "0.05", by: .anonymous), by: .anonymous)
            try await faults.through("version.adopted") {
                _ = try await governance.adopt(model: "loans", version: Int(nameless.number), comment: "mine", by: house.otto)
            }
            var shadow: Governance.RolloutView?
            try await faults.through("rollout.started") {
                shadow = try await governance.startRollout(
                    Array("{assay: rollout/v1, model: loans, candidate: 2, strategy: shadow, rationale: r, targets: [stage Production]}".utf8), by: house.otto)
            }
            let rollout = try #require(shadow).rollout.id
            var tally = RolloutTally()
            (tally.candidate.requests, tally.baseline.requests) = (3, 3)
            let counted = tally
            try await faults.through("rollout.observed") {
                _ = try await governance.observeRollout(
                    id: rollout, gateway: Text(String(repeating: "a", count: 32)), sequence: 1, tallies: [0: counted], by: house.adam)
            }
            try await faults.through("rollout.stopped") {
                _ = try await governance.endRollout(id: rollout, isRollback: false, reason: "r", by: house.otto)
            }
            try await faults.through("version.deleted") {
                try await useCases.deleteModelVersion(nameless.number, ofModelNamed: "loans", by: house.otto)
            }
            try await faults.through("model.renamed") {
                _ = try await useCases.renameRegisteredModel(named: "loans-spare", to: "loans-other", by: house.otto)
            }
            try await faults.through("model.deleted") {
                try await useCases.deleteRegisteredModel(named: "loans-other", by: house.otto)
            }
            try await faults.through("log.exported") {
                _ = try await useCases.beginExport(from: 0, through: house.house.now, by: .localOperator)
            }

            var paper: Paper?
            try await faults.through("dossier.record-signed") {
                paper = try await governance.signRecord(
                    type: "training", about: PaperAddress(model: "loans"), ["title": "Course"], by: house.vera)
            }
            let record = try #require(paper).record.id
            try await faults.through("dossier.record-superseded") {
                paper = try await governance.signRecord(
                    type: "training", about: PaperAddress(model: "loans"), ["title": "Course, again", "supersedes": .string(record)], by: house.vera)
            }
            try await faults.through("dossier.finding-opened") {
                paper = try await governance.openFinding(
                    about: PaperAddress(model: "loans", version: 1),
                    ["title": "Leak", "severity": "low", "due": "2027-02-01", "owner": "otto"], by: house.vera)
            }
            let finding = try #require(paper).record.id
            try await faults.through("dossier.finding-closed") {
                _ = try await governance.closeFinding(id: finding, resolution: "mended", reason: "r", by: house.vera)
            }

            try faults.disarm()
            #expect(try await useCases.compareRecords()?.differences.map(\.text) == [])
            print("rows that failed in governed changes: \(faults.counts.map { "\($0.kind) \($0.count)" }.joined(separator: ", "))")
            #expect(faults.counts.count > 15)
            #expect(faults.counts.allSatisfy { $0.count >= 2 }, "a change writes at least its row and its entry")
        }
    }
}

/// Triggers on every table that make the n-th row written from now on fail.
private struct RowFaults {
    private static let far = 1_000_000

    private let queue: DatabaseQueue
    /// Of each change, how many of its writes were made to fail.
    private(set) var counts: [(kind: String, count: Int)] = []

    init(path: String) throws {
        queue = try DatabaseQueue(path: path + "/assay.db")
        try queue.write { database in
            let tables = try String.fetchAll(
                database,
                sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'grdb%'")
            try database.execute(sql: "CREATE TABLE faultCount (left INTEGER NOT NULL)")
            try database.execute(sql: "INSERT INTO faultCount VALUES (?)", arguments: [Self.far])
            for table in tables {
                for change in ["INSERT", "UPDATE", "DELETE"] {
                    try database.execute(
                        sql: """
                            CREATE TRIGGER "fault \(table) \(change)" BEFORE \(change) ON "\(table)" BEGIN
                                UPDATE faultCount SET left = left - 1;
                                SELECT RAISE(ABORT, 'this write was made to fail') FROM faultCount WHERE left = 0;
                            END
                            """)
                }
            }
        }
    }

    func disarm() throws { try arm(Self.far) }

    /// Runs `change` with its first write failing, then its second, until it gets through.
    mutating func through(_ kind: String, _ change: () async throws -> Void) async throws {
        for number in 1..<Self.far {
            let before = try contents()
            try arm(number)
            do {
                try await change()
            } catch {
                let left = try left()
                try disarm()
                #expect(left == number, "\(kind): it was refused, and not by the fault: \(error)")
                #expect(try contents() == before, "\(kind): something stayed after write \(number) failed")
                continue
            }
            let left = try left()
            try disarm()
            #expect(left > 0 && left <= number, "\(kind) went on after a failed write")
            #expect(try contents() != before, "\(kind) changed nothing")
            counts.append((kind, number - 1))
            return
        }
    }

    private func left() throws -> Int {
        try queue.read { try Int.fetchOne($0, sql: "SELECT left FROM faultCount") } ?? 0
    }

    private func arm(_ number: Int) throws {
        try queue.write { try $0.execute(sql: "UPDATE faultCount SET left = ?", arguments: [number]) }
    }

    /// Every row of every table.
    private func contents() throws -> [String] {
        try queue.read { database in
            let tables = try String.fetchAll(
                database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'faultCount' ORDER BY name")
            return try tables.flatMap { table in
                try Row.fetchAll(database, sql: "SELECT * FROM \"\(table)\"").map { "\(table): \($0.databaseValues)" }.sorted()
            }
        }
    }
}
