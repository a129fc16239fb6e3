import AssayColumns
import AssayData
import AssayTerms
import Testing

/// The rule for types as a table: the cells of one column, its type, and how the cells read.
@Suite struct CSVTypeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let cells: [String]
        let type: ColumnType
        let read: [String]
        var testDescription: String { cells.joined(separator: "|") }
        init(_ cells: [String], _ type: ColumnType, _ read: [String]) {
            self.cells = cells
            self.type = type
            self.read = read
        }
    }

    @Test(arguments: [
        Case(["1", "2"], .int64, ["1", "2"]),
        Case(["1", ""], .int64, ["1", "∅"]),
        Case(["", "NA"], .double, ["∅", "∅"]),
        Case(["True", "FALSE", "true"], .boolean, ["true", "false", "true"]),
        Case(["True", ""], .boolean, ["true", "∅"]),
        Case(["tRUE", "faLse"], .boolean, ["true", "false"]),
        Case(["true.", "false"], .text, ["true.", "false"]),
        Case(["True", "1"], .text, ["True", "1"]),
        Case(["1", "True"], .text, ["1", "True"]),
        Case(["True", "no"], .text, ["True", "no"]),
        Case([" True", "False"], .text, [" True", "False"]),
        Case([" 1", "2 ", "\t3"], .int64, ["1", "2", "3"]),
        Case(["+5", "-5", "007"], .int64, ["5", "-5", "7"]),
        Case(["+-5", "1"], .text, ["+-5", "1"]),
        Case(["0x10", "1"], .text, ["0x10", "1"]),
        Case(["0x1p3", "1.5"], .text, ["0x1p3", "1.5"]),
        Case(["9223372036854775807", "-9223372036854775808"], .int64, ["9223372036854775807", "-9223372036854775808"]),
        // Beyond int64: a double only where it keeps every digit.
        Case(["9223372036854775808", "1"], .double, ["9.223372036854776e+18", "1.0"]),
        Case(["9223372036854775809", "1"], .text, ["9223372036854775809", "1"]),
        Case(["18446744073709551615", "1"], .text, ["18446744073709551615", "1"]),
        Case(["1.5", "9007199254740993"], .text, ["1.5", "9007199254740993"]),
        Case(["9007199254740993", "1.5"], .text, ["9007199254740993", "1.5"]),
        Case(["9007199254740992", "1.5"], .double, ["9007199254740992.0", "1.5"]),
        Case(["1.5", "-9007199254740994"], .double, ["1.5", "-9.007199254740994e+15"]),
        Case(["1.5", "0009007199254740994"], .double, ["1.5", "9.007199254740994e+15"]),
        Case(["9007199254740993.0", "1"], .double, ["9007199254740992.0", "1.0"]),
        Case(["1", "2.5"], .double, ["1.0", "2.5"]),
        Case([".5", "1.", "1e5", "1E+5", "-2e-3"], .double, ["0.5", "1.0", "100000.0", "100000.0", "-0.002"]),
        Case(["inf", "-Infinity", "+INF", "1"], .double, ["inf", "-inf", "inf", "1.0"]),
        Case(["1e999", "1"], .text, ["1e999", "1"]),
        Case(["1e-999", "-1e-999"], .double, ["0.0", "-0.0"]),
        Case(["5e-324", "2.2250738585072011e-308"], .double, ["5e-324", "2.225073858507201e-308"]),
        Case(["0.1", "0.30000000000000004", "123456.789012345678"], .double, ["0.1", "0.30000000000000004", "123456.78901234567"]),
        // NaN in pandas' spellings is missing; any other spelling is text.
        Case(["nan", "NaN", "1"], .int64, ["∅", "∅", "1"]),
        Case(["NAN", "1.5"], .text, ["NAN", "1.5"]),
        Case(["nan(1)", "1"], .text, ["nan(1)", "1"]),
        Case(["1_000", "2"], .text, ["1_000", "2"]),
        Case(["1 2", "1"], .text, ["1 2", "1"]),
        Case(["-", "1"], .text, ["-", "1"]),
        Case([".", "1"], .text, [".", "1"]),
        Case(["1e", "1"], .text, ["1e", "1"]),
        Case(["１", "1"], .text, ["１", "1"]),
        Case(["1\u{a0}", "1"], .text, ["1\u{a0}", "1"]),
        Case(["\"1\"", "2"], .int64, ["1", "2"]),
        Case(["\"NA\"", "x"], .text, ["∅", "x"]),
        Case(["2026-01-31", "2026-02-01"], .text, ["2026-01-31", "2026-02-01"]),
        Case(["", "x", "None", "null", "#N/A"], .text, ["∅", "x", "∅", "∅", "∅"]),
        Case(["NO", "YES"], .text, ["NO", "YES"]),
        Case(["\"a,b\"", "\"say \"\"hi\"\"\"", "\"two\nlines\""], .text, ["a,b", "say \"hi\"", "two\nlines"]),
        Case(["x\"y\"", "z"], .text, ["x\"y\"", "z"]),
    ])
    func narrowestThatFitsEveryValue(_ test: Case) throws {
        let file = TemporaryFile("c,d\n" + test.cells.map { $0 + ",0\n" }.joined())
        let table = try Table(DataTable.open(path: file.path))
        #expect(table.types == [test.type, .int64])
        #expect(table.rows.map { $0[0] } == test.read)
    }

    @Test func missingWordsAreExactlyThoseGiven() throws {
        let file = TemporaryFile("c,d\n-9,NA\n1,\n")
        let table = try Table(DataTable.open(path: file.path, options: DataOptions(missingWords: ["-9"])))
        #expect(table.types == [.int64, .text])
        #expect(table.rows == [["∅", "NA"], ["1", ""]])
        let none = try Table(DataTable.open(path: file.path, options: DataOptions(missingWords: [])))
        #expect(none.rows == [["-9", "NA"], ["1", ""]])
    }

    @Test func theRowThatMadeAColumnTextIsKnown() throws {
        let file = TemporaryFile("c,d,e\n1,a,1\n2,b,\n3.5,c,2\nx,d,3\ny,e,4\n")
        let dataset = try DataTable.open(path: file.path)
        #expect(dataset.columns.map(\.firstTextRow) == [3, 0, nil])
    }

    @Test func aLateFloatAfterManyIntegers() throws {
        var text = "c\n"
        for row in 0..<400_000 { text += "\(row % 10)\n" }
        let file = TemporaryFile(text + "0.5\n")
        let dataset = try DataTable.open(path: file.path)
        #expect(dataset.columns.map(\.type) == [.double])
        #expect(dataset.rowCount == 400_001)
    }

    @Test func theSchemaTakesTheRulesPlace() throws {
        let schema = try DataSchema(
            json: Array(#"{"columns": {"a": "text", "b": "double", "c": "boolean", "d": "timestamp", "e": "int64"}}"#.utf8))
        let file = TemporaryFile(
            "a,b,c,d,e,f\n007,1,1,2026-01-31,5,x\n8,9007199254740993,False,2026-01-31T10:00:00+01:00,,y\nNA,,,,6,z\n")
        for columns: [Text]? in [nil, ["a", "b", "c", "d", "e"]] {
            let dataset = try DataTable.open(path: file.path, options: DataOptions(schema: schema, columns: columns))
            let table = try Table(dataset)
            #expect(table.types.prefix(5) == [.text, .double, .boolean, .timestamp, .int64])
            #expect(
                table.rows.map { Array($0.prefix(5)) } == [
                    ["007", "1.0", "true", "2026-01-31T00:00:00Z", "5"],
                    ["8", "9007199254740992.0", "false", "2026-01-31T09:00:00Z", "∅"],
                    ["∅", "∅", "∅", "∅", "6"],
                ])
            // With every column typed the file is read once, and its digest is known after that.
            #expect((dataset.digest == nil) == (columns != nil))
            #expect(table.facts?.rowCount == 3)
        }
    }

    @Test func valuesThatDoNotFitTheSchemaAreNamedByPlace() throws {
        let file = TemporaryFile("a,b\n1,\"two\nlines\"\n\n2,x\nthree,y\n")
        func opened(_ type: ColumnType, _ column: Text) -> String {
            refusal {
                let options = DataOptions(schema: DataSchema([column: type]), columns: [column])
                _ = try Table(DataTable.open(path: file.path, options: options))
            }
        }
        #expect(
            opened(.int64, "a")
                == "unreadable: \(file.path): line 6, column 'a': the value is not of type int64, which the schema gives the column")
        #expect(opened(.double, "a").contains("line 6, column 'a': the value is not of type double"))
        #expect(opened(.boolean, "a").contains("line 5, column 'a': the value is not of type boolean"))
        #expect(opened(.timestamp, "b").contains("row 1, column 'b': the value is not of type timestamp"))
        #expect(opened(.int64, "z").hasPrefix("invalidArgument: \(file.path) has no column 'z'"))
    }

    @Test(arguments: [
        "", "[]", "{\"columns\": 1}", "{\"columns\": {\"a\": \"float\"}}", "{\"columns\": {\"a\": 1}}", "{\"colums\": {}}",
        "{\"columns\": {}, \"more\": 1}",
    ])
    func badSchemasAreRefused(text: String) {
        #expect(refusal { _ = try DataSchema(json: Array(text.utf8)) }.contains("schema"))
    }
}
