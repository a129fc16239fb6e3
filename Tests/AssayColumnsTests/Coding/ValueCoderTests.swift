import AssayColumns
import AssayTerms
import Testing

/// Codes are stable over blocks and types; meanings depend on the values only.
@Suite struct ValueCoderTests {
    @Test func oneDomainForAllNumberTypes() throws {
        var coder = ValueCoder()
        #expect(try coder.codes(of: Columns.boolean("c", [true, nil, false])) == [0, -1, 1])
        #expect(try coder.codes(of: Columns.int64("c", [0, 1, 2, nil])) == [1, 0, 2, -1])
        #expect(try coder.codes(of: Columns.double("c", [1.0, .nan, 0.5, 2.0, -0.0])) == [0, -1, 3, 2, 1])
        #expect(coder.values == [.integer(1), .integer(0), .integer(2), .fraction(0.5)])
    }

    @Test func integersOutsideTheSmallTableAndBeyondDoubles() throws {
        var coder = ValueCoder()
        let values: [Int64?] = [255, 256, -1, (1 << 53) + 1, 1 << 53, .min, .max, 255]
        #expect(try coder.codes(of: Columns.int64("c", values)) == [0, 1, 2, 3, 4, 5, 6, 0])
        #expect(try coder.codes(of: Columns.double("c", [0x1p53, 256])) == [4, 1])
    }

    @Test func textIsComparedByBytesAcrossDictionaries() throws {
        var coder = ValueCoder()
        let shared = TextDictionary()
        #expect(try coder.codes(of: Columns.text("c", ["b", nil, "a"], dictionary: shared)) == [0, -1, 1])
        #expect(try coder.codes(of: Columns.text("c", ["a", "c", "b"], dictionary: shared)) == [1, 2, 0])
        #expect(try coder.codes(of: Columns.text("c", ["c", "b"])) == [2, 0])
        // "é" in one scalar and in two.
        #expect(try coder.codes(of: Columns.text("c", ["\u{e9}", "e\u{301}"])) == [3, 4])
    }

    @Test func numbersBesideTextAreRefusedUnlessOneSideIsEmpty() throws {
        var coder = ValueCoder()
        _ = try coder.codes(of: Columns.text("y", [nil, nil]))
        _ = try coder.codes(of: Columns.int64("y", [0, 1]))
        _ = try coder.codes(of: Columns.double("p", [nil, nil]))
        let message = refusal { _ = try coder.codes(of: Columns.text("p", ["1", nil])) }
        #expect(
            message == "invalidArgument: column 'y' holds numbers and column 'p' holds text, so their values can never "
                + "be equal; give both the same type")
    }

    @Test func tooManyValuesAreRefused() throws {
        var coder = ValueCoder(maximumValueCount: 3)
        _ = try coder.codes(of: Columns.int64("c", [1, 2, 3, 2]))
        #expect(refusal { _ = try coder.codes(of: Columns.int64("c", [4])) }.hasPrefix("limitExceeded: column 'c' has more than 3"))
    }

    @Test(arguments: [0, 1, 63, 64, 65, 200])
    func blocksGiveTheSameMeaningAsTheWhole(rowCount: Int) throws {
        let rows = (0..<rowCount).map { $0 % 7 == 3 ? nil : Int64($0 * 31 % 11) }
        var whole = ValueCoder()
        let wholeCodes = try whole.codes(of: Columns.int64("c", rows))
        let expected = try whole.categoryCoding().codes(from: wholeCodes)
        for cut in [0, 1, rowCount / 2, rowCount] where cut <= rowCount {
            var parts = ValueCoder()
            // The second part first: only the numbering by appearance may notice.
            let second = try parts.codes(of: Columns.int64("c", Array(rows[cut...])))
            let first = try parts.codes(of: Columns.int64("c", Array(rows[..<cut])))
            #expect(try parts.categoryCoding().codes(from: first + second) == expected)
            #expect(try parts.categoryCoding().names == whole.categoryCoding().names)
        }
    }
}
