import AssayTerms
import Testing

@testable import AssayPolicy

/// Goal: a version enters a place only with the table of reason codes that its served answers would have to carry.
struct ReasonTableJudgeTests {
    private static let table = Fixtures.digest(1)
    private static let other = Fixtures.digest(2)

    private static func reasons(_ demand: String, _ tables: Set<SHA256Digest>) throws -> [GateReason] {
        let policy = try Fixtures.read(
            """
            assay: policy/v1
            name: p
            version: 1
            serving: {explanations: always, reasons: \(demand)}
            approvals: [{role: validator}]
            """)
        var facts = Fixtures.facts()
        facts.reasonTables = tables
        return try #require(Fixtures.gate([policy]).decide(facts).parts.first?.reasons).filter { $0.requirement == "reasons" }
    }

    @Test func anyTableThatWasFrozenMeetsRequired() throws {
        let met = try #require(try Self.reasons("required", [Self.table]).first)
        #expect(met.decision == .pass && met.requirement == "reasons" && met.code == .met)
        for tables in [[], [Self.table, Self.other]] as [Set<SHA256Digest>] {
            let refused = try #require(try Self.reasons("required", tables).first)
            #expect(refused.decision == .fail && refused.code == .reasonTableMissing && refused.remedy?.contains("reason-codes.yaml") == true)
        }
    }

    @Test func anotherTableIsRefusedByName() throws {
        let (table, other) = (Self.table, Self.other)
        #expect(try Self.reasons("sha256:\(table.hex)", [table]).map(\.decision) == [.pass])
        let refused = try #require(try Self.reasons("sha256:\(table.hex)", [other]).first)
        #expect(refused.decision == .fail && refused.text.contains(table.hex) && refused.text.contains(other.hex))
    }

    /// As somebody tests a policy: what it asks for is there, unless the case says otherwise.
    @Test func casesSayWhichTable() throws {
        let policy = try Fixtures.read(
            "assay: policy/v1\nname: p\nversion: 1\nserving: {explanations: always, reasons: required}\napprovals: [{role: validator}]\n")
        let cases = """
            assay: policy-test/v1
            policy: p
            facts: {approvals: [{by: vera, roles: [validator]}]}
            cases:
              - {name: with a table, expect: {decision: pass}}
              - {name: without, facts: {reason-table: none}, expect: {decision: fail, exactly: [{requirement: reasons, code: reason-table-missing}]}}
            """
        let read = try PolicyTestReader.read(Array(cases.utf8), policy: policy, catalogue: Fixtures.catalogue)
        #expect(read.flatMap { $0.run(policy, settings: .shipped(), catalogue: Fixtures.catalogue).problems } == [])
    }
}
