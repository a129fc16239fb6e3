import AssayColumns
import AssayTerms
import Testing

/// The five comparisons, the places a name ends, and each type of column.
@Suite struct PrivilegedRuleTests {
    @Test(arguments: [
        ("gender=1", "gender", PrivilegedRule.Comparison.equal, "1"), ("age>25", "age", .greater, "25"),
        ("age >= 25", "age", .greaterOrEqual, "25"), ("a<b", "a", .less, "b"), ("a<=-1.5", "a", .lessOrEqual, "-1.5"),
        ("race==white", "race", .equal, "white"), ("a=b=c", "a", .equal, "b=c"), ("größe = groß", "größe", .equal, "groß"),
    ])
    func parsed(text: String, column: String, comparison: PrivilegedRule.Comparison, value: String) throws {
        let rule = try PrivilegedRule(parsing: Text(text))
        #expect(rule == PrivilegedRule(column: Text(column), comparison: comparison, value: Text(value)))
    }

    @Test func knownColumnsDecideWhereTheNameEnds() throws {
        let columns: [Text] = ["income>50k", " spaced ", "a"]
        #expect(try PrivilegedRule(parsing: "income>50k=1", columns: columns).column == "income>50k")
        #expect(try PrivilegedRule(parsing: " spaced =x", columns: columns).column == " spaced ")
        #expect(try PrivilegedRule(parsing: "b=c>a", columns: columns).column == "b")
    }

    @Test(arguments: ["", "gender", "=1", "gender=", " > ", "gender= "])
    func refused(text: String) {
        #expect(refusal { _ = try PrivilegedRule(parsing: Text(text)) }.contains("names no privileged group"))
    }

    @Test func judgedByTheColumnsType() throws {
        func codes(_ text: Text, _ column: Column) throws -> [Int32] {
            try PrivilegedRule(parsing: text).codes(of: column)
        }
        #expect(try codes("c=1.0", Columns.int64("c", [1, 0, nil])) == [1, 0, -1])
        #expect(try codes("c=true", Columns.double("c", [1, 0.5, .nan])) == [1, 0, -1])
        #expect(try codes("c>0", Columns.boolean("c", [true, false])) == [1, 0])
        #expect(try codes("c>25", Columns.double("c", [25, 25.5, 24, nil])) == [0, 1, 0, -1])
        #expect(try codes("c>=25", Columns.int64("c", [25, 26, 24])) == [1, 1, 0])
        #expect(try codes("c<25", Columns.int64("c", [25, 24])) == [0, 1])
        #expect(try codes("c<=24.5", Columns.int64("c", [25, 24])) == [0, 1])
        #expect(try codes("c>9007199254740992", Columns.int64("c", [9_007_199_254_740_993])) == [1])
        #expect(try codes("c=white", Columns.text("c", ["white", "White", nil])) == [1, 0, -1])
        #expect(try codes("c=absent", Columns.text("c", ["white"])) == [0])
        #expect(try codes("c>1970-01-01", Columns.timestamp("c", [1, 0])) == [1, 0])
        #expect(refusal { _ = try codes("c>a", Columns.text("c", ["b"])) }.contains("has no order"))
        #expect(refusal { _ = try codes("c=white", Columns.int64("c", [1])) }.contains("'white' is none"))
    }
}
