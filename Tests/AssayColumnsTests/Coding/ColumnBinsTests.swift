import AssayColumns
import AssayTerms
import Testing

@Suite struct ColumnBinsTests {
    @Test func expressionsAreRead() {
        #expect(ColumnBins(parsing: "age:10")?.cut == .quantiles(10))
        #expect(ColumnBins(parsing: "age:25,40,60")?.cut == .edges([25, 40, 60]))
        #expect(ColumnBins(parsing: "age:60,25,25")?.cut == .edges([25, 60]))
        #expect(ColumnBins(parsing: "age:<=40")?.cut == .edges([40]))
        #expect(ColumnBins(parsing: "age:33.5")?.cut == .edges([33.5]))
        #expect(ColumnBins(parsing: "age:1")?.cut == .edges([1]))
        #expect(ColumnBins(parsing: "a:b:2")?.column == "a:b")
    }

    @Test(arguments: ["age", "age:", ":10", "age:x", "age:1,", "age:1e999", "age:nan", "age:0x10"] as [Text])
    func otherNamesAreColumns(name: Text) {
        #expect(ColumnBins(parsing: name) == nil)
    }

    @Test func anEdgeBelongsToTheRangeBelow() throws {
        let bins = try #require(ColumnBins(parsing: "x:1,2"))
        let column = Column(name: "x", values: .double([0.5, 1, 1.5, 2, 2.5, .nan]))
        let ranges = try bins.ranges(of: column, edges: [1, 2])
        guard case .int64(let indices) = ranges.values else {
            Issue.record("ranges are no indices")
            return
        }
        #expect(indices.prefix(5) == [0, 0, 1, 1, 2])
        #expect(!ranges.isPresent(5))
        #expect((0...2).map { ColumnBins.label($0, edges: [1, 2]) } == ["<= 1", "(1, 2]", "> 2"])
    }

    @Test func numbersBehindARangeAreItsEdges() {
        #expect(ColumnList.groups("age:25,40,sex") == ["age:25,40", "sex"])
        #expect(ColumnList.groups("age:25,40*sex,race") == ["age:25,40*sex", "race"])
        #expect(ColumnList.groups("sex,40") == ["sex", "40"])
        #expect(ColumnList.groups("age:10,income:4") == ["age:10", "income:4"])
    }
}
