import AssayColumns
import AssayTerms
import Testing

/// Groups are sorted by value and named in the shortest form.
@Suite struct CategoryCodingTests {
    @Test func sortedByValue() throws {
        var coder = ValueCoder()
        let codes = try coder.codes(of: Columns.double("age", [10, 9, nil, 0.5, 10]))
        let coding = try coder.categoryCoding()
        #expect(coding.names == ["0.5", "9", "10"])
        #expect(coding.codes(from: codes) == [2, 1, -1, 0, 2])
        #expect(coding.values == [.fraction(0.5), .integer(9), .integer(10)])
    }

    @Test func missingRowsCanBeAGroup() throws {
        var coder = ValueCoder()
        let codes = try coder.codes(of: Columns.text("sex", ["m", nil, "f"]))
        let coding = try coder.categoryCoding(missingGroup: "unknown")
        #expect(coding.names == ["f", "m", "unknown"])
        #expect(coding.codes(from: codes) == [1, 2, 0])
        #expect(try coding.code(named: "unknown", column: "sex") == 2)
        #expect(refusal { _ = try coder.categoryCoding(missingGroup: "f") }.contains("already has a group named 'f'"))
    }

    @Test func groupsAreNamedByTheColumnsType() throws {
        var numbers = ValueCoder()
        _ = try numbers.codes(of: Columns.boolean("male", [true, false]))
        let coding = try numbers.categoryCoding()
        for text: Text in ["1", "1.0", "true"] { #expect(try coding.code(named: text, column: "male") == 1) }
        #expect(
            refusal { _ = try coding.code(named: "yes", column: "male") }
                == "invalidArgument: column 'male' has no value 'yes'; its values are '0', '1'")

        var texts = ValueCoder()
        _ = try texts.codes(of: Columns.text("c", ["1", "true"]))
        #expect(try texts.categoryCoding().code(named: "true", column: "c") == 1)
        #expect(refusal { _ = try texts.categoryCoding().code(named: "1.0", column: "c") }.contains("no value '1.0'"))

        var times = ValueCoder()
        _ = try times.codes(of: Columns.timestamp("t", [0]))
        #expect(try times.categoryCoding().code(named: "1970-01-01", column: "t") == 0)
    }
}
