import AssayColumns
import AssayTerms
import Testing

/// The rule for the positive label, as a table of value sets.
@Suite struct BinaryCodingTests {
    private func coded(_ columns: Column..., positive: Text? = nil) throws -> [UInt8] {
        var coder = ValueCoder()
        var codes: [Int32] = []
        for column in columns { codes += try coder.codes(of: column) }
        return try coder.binaryCoding(positive: positive).codes(from: codes)
    }

    @Test func conventionDecides() throws {
        #expect(try coded(Columns.int64("c", [0, 1, nil])) == [0, 1, 2])
        #expect(try coded(Columns.boolean("c", [true, false])) == [1, 0])
        #expect(try coded(Columns.double("c", [0, 0.0, nil])) == [0, 0, 2])
        #expect(try coded(Columns.int64("c", [1])) == [1])
        #expect(try coded(Columns.int64("c", [-1, 1])) == [0, 1])
        #expect(try coded(Columns.int64("c", [2, 1])) == [0, 1])
        #expect(try coded(Columns.int64("c", [0, 5])) == [0, 1])
        #expect(try coded(Columns.double("c", [nil])) == [2])
        #expect(try coded(Columns.int64("y", [0, 0]), Columns.double("p", [1.0, nil])) == [0, 0, 1, 2])
    }

    @Test func theGivenPositiveDecides() throws {
        #expect(try coded(Columns.text("c", ["yes", "no", nil]), positive: "yes") == [1, 0, 2])
        #expect(try coded(Columns.int64("c", [0, 1]), positive: "0") == [1, 0])
        #expect(try coded(Columns.int64("c", [0, 1]), positive: "true") == [0, 1])
        #expect(try coded(Columns.int64("c", [0, 1, 2]), positive: "2.0") == [0, 0, 1])
        // A slice without positives.
        #expect(try coded(Columns.text("c", ["no"]), positive: "yes") == [0])
        #expect(try coded(Columns.text("c", [nil]), positive: "yes") == [2])
    }

    @Test func otherwiseTheValuesAreListed() {
        #expect(
            refusal { _ = try coded(Columns.text("approved", ["no", "yes"])) }
                == "invalidArgument: column 'approved' has 2 distinct values ('no', 'yes'), and none of them is positive "
                + "by convention; name the positive one (--positive VALUE)")
        #expect(
            refusal { _ = try coded(Columns.int64("y", [0, 1]), Columns.int64("p", [2, 0])) }
                == "invalidArgument: columns 'y' and 'p' have 3 distinct values (0, 1, 2), and none of them is positive "
                + "by convention; name the positive one (--positive VALUE)")
        #expect(refusal { _ = try coded(Columns.int64("y", (0..<30).map { $0 * 2 })) }.contains("16, 18 and 20 more)"))
        #expect(
            refusal { _ = try coded(Columns.text("y", ["a", "b"]), positive: "c") }
                == "invalidArgument: no row of column 'y' has the positive value 'c'; the values are 'a', 'b'")
        // Text never equals a number.
        #expect(refusal { _ = try coded(Columns.text("y", ["0", "1"])) }.contains("('0', '1')"))
        #expect(refusal { _ = try coded(Columns.int64("y", [0, 1]), positive: "yes") }.contains("'yes' is none"))
    }
}
