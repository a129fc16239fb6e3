import AssayColumns
import AssayData
import AssayJSON
import AssayTerms
import Testing

/// Six hundred random columns as pandas reads them (Tests/Reference/make_csv_cases.py).
@Suite struct PandasTests {
    @Test func typesAndValuesArePandas() throws {
        let document = try JSONValue(parsing: Fixture.bytes("csv-cases.json"))
        let cases = try #require(document["cases"]?.array)
        #expect(cases.count == 600)
        for test in cases {
            let text = try #require(test["csv"]?.string)
            let type = try #require(test["type"]?.string)
            let values = try #require(test["values"]?.array)
            let file = TemporaryFile(text)
            let table = try Table(DataTable.open(path: file.path, options: DataOptions(columns: ["c"])))
            #expect(table.types.map(\.rawValue) == [type], "\(text)")
            // Doubles are compared as numbers: Python and Swift write exponents differently.
            let read = table.rows.map { type == "double" ? Double($0[0])?.description ?? $0[0] : $0[0] }
            let expected = values.map { value in
                guard let text = value.string else { return "∅" }
                return type == "double" ? Double(text)?.description ?? text : text
            }
            #expect(read == expected, "\(text)")
        }
    }
}
