import AssayColumns
import AssayTerms
import Testing

/// Every type as numbers, or refused.
@Suite struct NumberColumnTests {
    @Test func numbersOfAllTypes() throws {
        #expect(try NumberColumn(Columns.boolean("c", [true, nil, false])).values == [1, 0, 0])
        #expect(try NumberColumn(Columns.int64("c", [5, -1])).validity == nil)
        let doubles = try NumberColumn(Columns.double("c", [.nan, .infinity, nil, 2]))
        #expect(doubles.values == [0, .infinity, 0, 2])
        #expect(doubles.validity == Validity([false, true, false, true]))
        #expect(try NumberColumn(Columns.text("c", [nil, nil])).validity?.presentCount == 0)
    }

    @Test func textAndTimestampsAreRefused() {
        #expect(
            refusal { _ = try NumberColumn(Columns.text("score", ["high"])) }
                == "invalidArgument: column 'score' holds text, and numbers are wanted here")
        #expect(refusal { _ = try NumberColumn(Columns.timestamp("c", [1])) }.contains("timestamps"))
    }
}
