import AssayCanonical
import AssayStore
@testable import AssayStoreSQLite
import AssayTerms
import Foundation
import GRDB
import Testing

/// A released step of the migrations never changes, and a database of any earlier step arrives at the present one whole.
@Suite struct MigrationTests {
    /// SHA-256 over what each step adds to an empty database, tables' texts and rows. A step that is not here yet is added
    /// with the digest the test names; one that is here is never given another.
    private static let golden: [(step: String, digest: String)] = [
        ("1 meta", "a4fcb28d93c98e95f059b3acd7212cf1d9456ce11038fc5f16d07f9333cb3f50"),
        ("2 tracking", "43963cac7cc96a26f08e5dfcd350652b7f0532b031dbb47003ba291260bf5a17"),
        ("3 identity", "0eccbd5a6dd1b1be8d29c752476bf88867e39c0108709f2113989620ed283f4c"),
        ("4 ledger", "88f2587e9b4b760222e7a80be1191482bd5261371c55845a9496cc4c18ba17d4"),
        ("5 registry", "377a378b2e9afd8834ac2cc14d3b6628865dc7b2a45b5eaa6d19b5b53e072d7a"),
        ("6 governance", "fda032b891772bf7630c76fe5818d265e36387cbcdaae6fcd1b35da6028ab144"),
        ("7 webhooks", "5279b73bdf11a112342fecc6e936401cbe485896f0e7e9487462dd537b4e6bf5"),
        ("8 uploads", "244562594ffea09f5a86c99f6348d63a545a54343f87cbf3bda60ea4b9b4a8db"),
        ("9 seals", "4b1b67e2e7f17de9481ceb52108ac559413f1b53621883c660187f1f8a09c71f"),
        ("10 import", "143bc16227709196eb1e98db6ce40f89ef448e90040ab3b9b3edcc47fee2fad0"),
        ("11 search", "7e50558390bd89e309f6eb78bf7e8d5b9ce2ce7d2053f4b2fee6961495de5ff5"),
        ("12 credentials", "a3233844d0355ec6b720505b9d29c5887385000289945e61446491e50c218b8c"),
        ("13 permissions", "1f463532b36f48b17736c89f48e17c6c1215b1ac3dc20205f280ee2a0854104f"),
        ("14 access log", "33c869781b3a04bce07a9fb0fb19ad20cc39b199acf0029bcdcb14f7a231043e"),
        ("15 ledger times", "3a32e449d3bbc5e4b37eb4b0787f4d5c3c634b49ad9f9197767b7dd4ef896659"),
        ("16 evaluators", "c8e07397a8206f84e02bbd41039db0dbabf21ec3a8e6e886495355be2b99a41f"),
        ("17 made by another", "6c42202561a80870259a88dcd61902bbd6a514a3f20a67b201990963f46f47ca"),
        ("18 classifications", "955e1395b9d1cafc12962f95a7ff059d9cc4dd4bacd75d62f1158ecee899a817"),
        ("19 deliberation", "a9d3275357cc46e6392e7b646dcb2d255c6e2f530fcbab1650dd018caa101c33"),
        ("20 dossier", "74a865c98232c38b1a4d79105500bb78414649f94ff2a2feb9bd6aa7eeaa649e"),
        ("21 questionnaires", "279d869ad98dea88908b7eaac3281ba0440412c4158c0b404f11d54a7c76a11f"),
        ("22 admission", "2b0d5bd59abff6c37c6532f58d2912c91975214af2e9a0bf5f400bcaca5a17b1"),
        ("23 workflows", "69eba9e294c0bc61e576d011dbb53d4d0ffbd03e55fe882257326bf336815ff9"),
        ("24 signers", "1cbebf3f7112e588b854488d6c791b2ba2e0008483975c7e8f118c364b222f2a"),
        ("25 predictions", "59f7b5141a9279752fe63c2efd9aff83091c8bb2183ddc00beff701a4aeb50c9"),
        ("26 alerts", "caa8dd4abeda4c177e5b283a1e0bb1aa5455109082dcd7ec5bb0e7394fcee037"),
        ("27 rollouts", "5b0c6bfaf67a776f9344ab96f12df15aa8ac587609bf50d81ee0f0ddc090fb6b"),
        ("28 training", "d900445721b9aed18707cec42479dfda3991cc4a1a34af1f641c4d5c5c988821"),
        ("30 watching", "cfde6b861b2f5a52edf0ac0041ba62d64bf56c3fda027f238df7d30e02413954"),
        ("31 rollout labels", "35ef9a9c74814b989615bc03e082043a07778bb486ff2d7f7bbf223acfc2c586"),
        ("32 alerts reached", "d140867b5ffa0d237bca2214ef085c8a3f4af9042900dda0c4e7e7b24c97d5b6"),
        ("33 training authors", "089083761537b758643fdd30ddd36a05a9fcc3b3d884a7d784b490e54bfa9bcf"),
        ("34 monitor means", "a8200e92bd91916854443f7742ef15fb2e6e75e66f32dd9b58a4ee8a72271e00"),
    ]

    @Test func releasedStepsAreFrozen() throws {
        var earlier: Set<Text> = []
        var found: [(step: String, digest: String)] = []
        for step in Migrations.migrator.migrations {
            let queue = try DatabaseQueue()
            try Migrations.migrator.migrate(queue, upTo: step)
            let lines = try queue.read { try Self.lines(of: $0) }
            let added = lines.filter { !earlier.contains($0) }.sorted()
            earlier = Set(lines)
            let digest = SHA256Hasher.digest(of: Array(added.map(\.string).joined(separator: "\n").utf8)).hex
            found.append((step, digest))
        }
        #expect(found.map(\.step) == Self.golden.map(\.step))
        for (step, digest) in found {
            let released = Self.golden.first { $0.step == step }?.digest
            #expect(released == digest, "step '\(step)' has the digest \(digest)")
        }
    }

    /// Everything in the database, one line each.
    private static func lines(of database: Database) throws -> [Text] {
        var lines = try Row.fetchAll(
            database,
            sql: """
                SELECT type, name, sql FROM sqlite_schema
                WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'grdb_migrations'
                """
        ).map { Text("\($0[0] as String) \($0[1] as String): \($0[2] as String? ?? "")") }
        for table in try tables(of: database) {
            for row in try Row.fetchAll(database, sql: "SELECT * FROM \"\(table)\"") {
                lines.append(Text("row of \(table): \(row.databaseValues.map(\.description).joined(separator: "|"))"))
            }
        }
        return lines
    }

    static func tables(of database: Database) throws -> [String] {
        try String.fetchAll(
            database,
            sql: """
                SELECT name FROM sqlite_schema
                WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'grdb_migrations' ORDER BY name
                """)
    }

    /// The columns that hold text refuse a blob, by which text with U+0000 is kept out; see `Text+Database`.
    @Test func everyTableIsStrict() throws {
        let queue = try DatabaseQueue()
        try Migrations.migrator.migrate(queue)
        try queue.read { database in
            for table in try Self.tables(of: database) {
                let isStrict = try Bool.fetchOne(database, sql: "SELECT strict FROM pragma_table_list(?)", arguments: [table])
                #expect(isStrict == true, "\(table)")
            }
        }
    }

    // MARK: - Upgrades

    /// A database with rows in its tables goes to the present step, and every row is what it was.
    @Test(arguments: Migrations.migrator.migrations)
    func aDatabaseOfEachStepArrivesWhole(_ step: String) async throws {
        try await withFolder { folder in
            let path = folder + "/assay.db"
            let before = try Self.makeDatabase(path, step: step)
            let store = try SQLiteStore(path: path)
            try store.close()
            let queue = try DatabaseQueue(path: path)
            try await queue.read { database in
                #expect(try Migrations.migrator.hasCompletedMigrations(database))
                #expect(try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").isEmpty)
                #expect(try String.fetchOne(database, sql: "PRAGMA integrity_check") == "ok")
                for (table, columns, rows) in before {
                    let mayBeEmpty = MigrationFixtures.rows(of: step).isEmpty || MigrationFixtures.unfilled.contains(table)
                    #expect(!rows.isEmpty || mayBeEmpty, "\(table)")
                    let after = try Self.rows(of: table, columns, in: database)
                    #expect(after == rows, "\(table)")
                }
            }
            try queue.close()
        }
    }

    /// What a store of the last step before there were seals knows is read through the present one, and its runs are
    /// sealed in their turn.
    @Test func anEarlierStoreIsReadThroughThePresentOne() async throws {
        try await withFolder { folder in
            let path = folder + "/assay.db"
            _ = try Self.makeDatabase(path, step: "6 governance")
            let store = try SQLiteStore(path: path)
            try await store.read { tx in
                let run = try #require(try tx.run("r1"))
                #expect(run.info.name == "first" && run.info.status == .finished)
                #expect(run.params == [KeyValue(key: "lr", value: "0.1")] && run.tags == [KeyValue(key: "team", value: "risk")])
                #expect(run.metrics == [MetricPoint(key: "loss", value: 0.25, timestamp: 10, step: 2)])
                #expect(run.datasets.map(\.dataset.name) == ["holdout"] && run.modelOutputs == [ModelOutput(modelID: "m-1", step: 1)])
                #expect(try tx.files(FileOwner(.run, id: "r1")).map(\.path) == ["notes.txt"])
                #expect(try tx.existingLoggedModel("m-1").metrics.count == 1)
                #expect(try tx.user(named: "ana")?.roles == [.validator])
                #expect(try tx.ledgerEntry(index: 0)?.topics == ["model:model-1"])
                #expect(try tx.decidingEntries(after: 0, limit: 9).count == 1)
                let version = try tx.existingVersion(1, ofModelNamed: "loans")
                #expect(version.stage == .production && version.aliases == ["champion"])
                #expect(try tx.policiesInForce().map(\.version) == ["1"])
                #expect(try tx.approvals(requestID: "q-1").map(\.state) == [.standing])
                #expect(try tx.adoption(versionID: "version-1")?.adopterName == "ana")
                #expect(try tx.hasRunToSeal(at: 0) && tx.existingRun("r1").sealDue == 0)
            }
            #expect(try await store.write { try $0.claimRunsToSeal(at: 0, limit: 9) }.map(\.id) == ["r1"])
            try store.close()
        }
    }

    @Test func aStoreOfANewerStepIsRefusedAndLeftAlone() async throws {
        try await withFolder { folder in
            let path = folder + "/assay.db"
            _ = try Self.makeDatabase(path, step: "6 governance")
            let queue = try DatabaseQueue(path: path)
            try await queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 from the future')") }
            try queue.close()
            let before = try Data(contentsOf: URL(filePath: path))
            let error = #expect(throws: AssayError.self) { try SQLiteStore(path: path) }
            #expect(error?.code == .unavailable && error?.message.contains("newer version of assay") == true)
            #expect(try Data(contentsOf: URL(filePath: path)) == before)
        }
    }

    // MARK: - Help

    private typealias Content = [(table: String, columns: [String], rows: [[DatabaseValue]])]

    private static func makeDatabase(_ path: String, step: String) throws -> Content {
        let queue = try DatabaseQueue(path: path)
        var content: Content = []
        for each in Migrations.migrator.migrations {
            try Migrations.migrator.migrate(queue, upTo: each)
            try queue.write { try $0.execute(sql: MigrationFixtures.rows(of: each)) }
            if each == step { break }
        }
        try queue.read { database in
            for table in try tables(of: database) {
                let columns = try database.columns(in: table).map(\.name)
                content.append((table, columns, try rows(of: table, columns, in: database)))
            }
        }
        try queue.close()
        return content
    }

    private static func rows(of table: String, _ columns: [String], in database: Database) throws -> [[DatabaseValue]] {
        let list = columns.map { "\"\($0)\"" }.joined(separator: ", ")
        return try Row.fetchAll(database, sql: "SELECT \(list) FROM \"\(table)\" ORDER BY \(list)").map { Array($0.databaseValues) }
    }

    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.path)
    }
}
