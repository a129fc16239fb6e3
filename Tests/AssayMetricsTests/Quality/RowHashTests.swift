import AssayColumns
import AssayMetrics
import AssayTerms
import Testing

/// The goal: equal rows have equal keys whatever types, codes and blocks they come in, and near ones do not. The method: small
/// columns that say the same in different ways.
@Suite struct RowHashTests {
    private func keys(_ columns: [Column]) -> [RowHash.Key] {
        var hash = RowHash()
        return hash.keys(of: columns, rowCount: columns[0].count)
    }

    @Test func numbersAreOneDomainAndTextGoesByBytes() {
        let whole = Column(name: "n", values: .int64([1, 0, 2]))
        let real = Column(name: "n", values: .double([1, -0.0, 2]))
        let text = Column(name: "t", values: .text(codes: [0, 1, 2], dictionary: TextDictionary(["é", "e\u{301}", "1"])))
        let other = Column(name: "t", values: .text(codes: [2, 1, 0], dictionary: TextDictionary(["1", "e\u{301}", "é"])))
        #expect(keys([whole, text]) == keys([real, other]))
        #expect(Set(keys([text])).count == 3)
        #expect(keys([text])[2] != keys([whole])[0], "text is no number")
    }

    @Test func theOrderOfColumnsAndMissingValuesCount() {
        let a = Column(name: "a", values: .int64([1, 2]), validity: Validity([true, false]))
        let b = Column(name: "b", values: .int64([2, 2]))
        #expect(keys([a, b]) != keys([b, a]))
        #expect(keys([a])[1] != keys([b])[1])
        #expect(keys([a]) == keys([a.gathered([0, 1])]))
    }
}
