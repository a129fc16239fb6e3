import AssayCanonical
import AssayJSON
import AssayLedgerFormat
import AssayStore
import AssayTerms
@testable import AssayWorkflows
import Testing

/// What is erased is gone, the log goes on, and what went without an entry is found.
@Suite struct ErasureTests {
    @Test func anEntrysPayloadGoesAndItsLeafStays() async throws {
        try await GovernedHouse.with { house in
            _ = try await house.register(house.logModel(gap: "0.04", by: house.otto), by: house.otto)
            _ = try await house.useCases.beginExport(from: 0, through: 1, by: .localOperator)
            let before = try await house.house.entries()
            let entry = try #require(before.last { $0.kind == "log.exported" })
            let leaf = try await house.house.store.read { try $0.ledgerEntry(id: entry.id)?.leaf }
            try await house.useCases.erasePayload(ofEntry: entry.id, reason: "asked by the person", by: house.adam)
            let record = try #require(try await house.house.store.read { try $0.ledgerEntry(id: entry.id) })
            #expect(record.sealedPayload == nil && record.leaf == leaf)
            let told = try #require(try await house.house.entries().last)
            #expect(told.kind == "payload.erased" && told.actorID == house.adam.id)
            #expect(told.payload?["reason"]?.string == "asked by the person")
            #expect(told.payload?["entries"] == [.string(entry.id)])
            // In an export it says so.
            let period = try await house.useCases.beginExport(from: 0, through: house.house.now, by: .localOperator)
            try house.house.tamper("UPDATE ledgerEntry SET logIndex = ordinal - 1 WHERE logIndex IS NULL")
            let (lines, _) = try await house.useCases.exportedPayloads(period.entries, after: 0)
            let line = try #require(lines.first { $0["id"]?.string == entry.id })
            #expect(line["erased"]?.bool == true && line["salt"] == nil)
            _ = await refusal(.conflict) {
                try await house.useCases.erasePayload(ofEntry: entry.id, reason: "again", by: house.adam)
            }
        }
    }

    /// Or one person could leave a failed statement out of every later export.
    @Test func evidenceStays() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            _ = try await house.register(house.logModel(gap: "0.5", by: house.otto), by: house.otto)
            try await house.work()
            let entries = try await house.house.entries().filter { $0.kind.hasPrefix("evidence.") }
            #expect(entries.contains { $0.kind != "evidence.key-named" })
            for entry in entries {
                _ = await refusal(.conflict) {
                    try await house.useCases.erasePayload(ofEntry: entry.id, reason: "tidy", by: house.adam)
                }
            }
        }
    }

    @Test func whatIsInForceAndErasuresThemselvesStay() async throws {
        try await GovernedHouse.with { house in
            try await house.publish()
            _ = try await house.useCases.beginExport(from: 0, through: 1, by: .localOperator)
            let exported = try #require(try await house.house.entries().last).id
            try await house.useCases.erasePayload(ofEntry: exported, reason: "r", by: house.adam)
            for entry in try await house.house.entries() where entry.id != exported {
                _ = await refusal(.conflict) {
                    try await house.useCases.erasePayload(ofEntry: entry.id, reason: "r", by: house.adam)
                }
            }
            for person in [house.otto, house.vera, .anonymous, .localOperator] {
                _ = await refusal(.permissionDenied) {
                    try await house.useCases.erasePayload(ofEntry: exported, reason: "r", by: person)
                }
            }
            for reason in ["", Text(String(repeating: "x", count: 1_025))] {
                _ = await refusal(.invalidArgument) {
                    try await house.useCases.erasePayload(ofEntry: exported, reason: reason, by: house.adam)
                }
            }
            _ = await refusal(.notFound) {
                try await house.useCases.erasePayload(ofEntry: "00", reason: "r", by: house.adam)
            }
        }
    }

    @Test func aPersonWhoLeftIsErasedWithTheirKey() async throws {
        try await GovernedHouse.with { house in
            let dora = try await house.useCases.createUser(named: "dora", roles: [.auditor], by: house.adam)
            func erase() async throws { try await house.useCases.erasePerson(named: "dora", reason: "left", by: house.adam) }
            _ = await refusal(.conflict) { try await erase() }
            _ = try await house.useCases.setRoles([], ofUserNamed: "dora", by: house.adam)
            _ = await refusal(.conflict) { try await erase() }
            try await house.useCases.revokeToken(id: dora.token.record.id, by: house.adam)
            let sealed = try await house.house.store.read { tx in
                try tx.ledgerEntries(about: [LedgerTopic.user(dora.user.id)], after: 0, limit: 10)
            }
            #expect(sealed.count == 4)
            try await erase()
            // Also what a backup of the database still holds cannot be opened: the key is gone.
            for entry in sealed { #expect(try house.useCases.payload(of: entry) == nil, "\(entry.kind)") }
            let users = try await house.useCases.users().map(\.name.string)
            #expect(!users.contains("dora") && users.contains("erased-" + dora.user.id.prefix(12)))
            let comparison = try #require(try await house.useCases.compareRecords())
            #expect(comparison.differences.isEmpty && comparison.unknownCount > 0)
        }
    }

    @Test func noRoleComesBackWhereNobodyCanTell() async throws {
        try await GovernedHouse.with(tampers: true) { house in
            let dora = try await house.useCases.createUser(named: "dora", roles: [.auditor], by: house.adam)
            _ = try await house.useCases.setRoles([], ofUserNamed: "dora", by: house.adam)
            try await house.useCases.revokeToken(id: dora.token.record.id, by: house.adam)
            try await house.useCases.erasePerson(named: "dora", reason: "left", by: house.adam)
            try house.house.tamper("INSERT INTO userRole VALUES ('\(dora.user.id)', 'admin')")
            let differences = try #require(try await house.useCases.compareRecords()).differences
            #expect(differences.map(\.object) == ["roles of user \(dora.user.id)"])
        }
    }

    @Test func aPayloadThatWentWithoutAnEntryIsADifference() async throws {
        try await GovernedHouse.with(tampers: true) { house in
            _ = try await house.useCases.beginExport(from: 0, through: 1, by: .localOperator)
            try house.house.tamper("UPDATE ledgerEntry SET payload = NULL WHERE kind = 'log.exported'")
            let differences = try #require(try await house.useCases.compareRecords()).differences
            #expect(differences.count == 1 && differences[0].object.hasPrefix("ledger entry "))
        }
    }
}
