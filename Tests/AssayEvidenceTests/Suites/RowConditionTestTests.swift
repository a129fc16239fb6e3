import AssayColumns
import AssayEvidence
import AssayTerms
import Testing

/// Goal: of single rows a condition is told as far as it can be: Kleene's and, or, not over what is there.
@Suite struct RowConditionTestTests {
    private static let block = RowBlock(rowCount: 3, columns: [
        Column(name: "age", values: .double([17, .nan, 40])),
        Column(name: "region", values: .text(codes: [0, 0, 1], dictionary: TextDictionary(["north", "east"])), validity: Validity([true, true, false])),
        Column(name: "count", values: .int64([1, 2, 3])),
    ])

    @Test(arguments: [
        ("age < 18" as Text, "y?n"), ("not age < 18", "n?y"), ("age >= 18", "n?y"), ("age != 17", "n?y"), ("age == 17", "y?n"),
        ("age in [17, 40]", "y?y"), ("age not in [17]", "n?y"), ("age.isnull()", "nyn"), ("age.notnull()", "yny"),
        ("age < 18 or count == 2", "yyn"), ("age < 18 and count == 3", "nnn"), ("age < 18 and count < 3", "y?n"), ("not (age < 18 and count == 3)", "yyy"),
        ("age < 18 or region == 'east'", "y??"), ("region == 'north'", "yy?"), ("absent == 1", "???"), ("absent == 1 or count == 2", "?y?"),
        ("absent == 1 and count == 2", "n?n"), ("not absent == 1", "???"), ("absent.isnull()", "???"),
        // A number is ordered with no text: of no row.
        ("region < 5", "???"), ("age < 'x'", "???"), ("region == 5", "nn?"), ("count > 1 and count < 3", "nyn"),
    ])
    func told(condition: Text, expected: String) throws {
        let test = try RowConditionTest(parsing: condition)
        let answers = test.answers(Self.block).map { $0 == .yes ? "y" : $0 == .no ? "n" : "?" }.joined()
        #expect(answers == expected, "\(condition)")
    }

    @Test func columnsAndMistakes() throws {
        #expect(try RowConditionTest(parsing: "b > 1 and (a == 2 or not b < 3) and c.isnull()").columns == ["a", "b", "c"])
        #expect(throws: AssayError.self) { try RowConditionTest(parsing: "a >") }
        #expect(try RowConditionTest(parsing: "a > 1").answers(RowBlock(rowCount: 0, columns: [])).isEmpty)
    }
}
