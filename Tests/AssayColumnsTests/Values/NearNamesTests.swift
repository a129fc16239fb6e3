import AssayColumns
import AssayTerms
import Testing

/// Which names are near enough, and how a missing column is said.
@Suite struct NearNamesTests {
    private let names: [Text] = ["gender", "Race", "age", "income", "größe"]

    @Test(arguments: [
        ("gendr", ["gender"]), ("gnedre", ["gender"]), ("RACE", ["Race"]), ("agee", ["age"]), ("eag", []), ("grösse", ["größe"]),
        ("xyzzy", []), ("", []),
    ])
    func near(name: String, found: [String]) {
        #expect(NearNames.near(Text(name), among: names) == found.map { Text($0) })
    }

    @Test func atMostThreeNearestFirst() {
        #expect(NearNames.near("column", among: ["colums", "colmn", "columnx", "Column", "col"]) == ["Column", "colums", "colmn"])
    }

    @Test func listsAreShortened() {
        let many = (0..<30).map { Text("c\($0)") }
        #expect(NearNames.message(missingColumn: "zzzz", columns: many).hasSuffix("'c19' and 10 more"))
        #expect(NearNames.message(missingColumn: "a\nb", columns: []) == "no column 'a\\nb'; there are no columns")
    }
}
