import AssayColumns
import AssayEvidence
import AssayTerms
import Testing

/// The goal: consent is counted row by row whatever the column's type, and the order and cut of blocks change nothing. The
/// method: small columns of each type with numbers worked by hand.
@Suite struct ConsentCheckTests {
    private func result(_ columns: [Column], value: Text = "true") throws -> CheckResult {
        let request = EvidenceRequest(
            data: DataFile(path: "rows"),
            checks: [CheckRequest(id: "privacy.consent", column: "c", options: ["value": value])])
        let blocks = columns.enumerated().map { RowBlock(firstRow: $0.offset, rowCount: $0.element.count, columns: [$0.element]) }
        return try #require(try EvidenceEngine.results(of: request, blocks: blocks).first)
    }

    private static let columns: [(Column, Text)] = [
        (Column(name: "c", values: .boolean([1, 0, 1, 1]), validity: Validity([true, true, false, true])), "true"),
        (Column(name: "c", values: .int64([1, 2, 1, 1]), validity: Validity([true, true, false, true])), "1"),
        (Column(name: "c", values: .double([0.5, 2, .nan, 0.5])), "0.5"),
        (
            Column(
                name: "c", values: .text(codes: [0, 1, 0, 0], dictionary: TextDictionary(["yes", "no"])),
                validity: Validity([true, true, false, true])), "yes"
        ),
    ]

    @Test(arguments: columns.indices)
    func eachTypeCountsGivenRefusedAndMissing(index: Int) throws {
        let (column, value) = Self.columns[index]
        let whole = try result([column], value: value)
        #expect(whole.value == 0.5)
        #expect(whole.groups.map(\.count) == [2, 1, 1])
        #expect(whole.options == ["value": value])
        let cut = try result([column.gathered([3, 2]), column.gathered([1]), column.gathered([0])], value: value)
        #expect(cut.groups == whole.groups)
    }

    @Test func anAbsentColumnIsNoConsentAtAll() throws {
        let other = Column(name: "d", values: .int64([1, 2]))
        let found = try result([other])
        #expect(found.value == 0)
        #expect(found.groups.last == CheckResult.Group(group: "column absent", count: 2, value: 1))
    }

    @Test func anUnknownOptionIsRefusedByName() {
        let request = EvidenceRequest(
            data: DataFile(path: "rows"), checks: [CheckRequest(id: "privacy.consent", column: "c", options: ["valu": "x"])])
        #expect { try EvidenceEngine.results(of: request, blocks: []) } throws: { "\($0)".contains("has no option 'valu'") }
    }
}
