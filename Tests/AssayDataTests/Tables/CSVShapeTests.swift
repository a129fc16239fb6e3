import AssayCanonical
import AssayColumns
import AssayData
import AssayTerms
import Testing

/// Line ends, headers, blocks, digests, and what is no good CSV.
@Suite struct CSVShapeTests {
    @Test(arguments: ["a,b\n1,x\n2,y\n", "a,b\r\n1,x\r\n2,y\r\n", "a,b\r1,x\r2,y\r", "\u{feff}a,b\n1,x\n2,y", "\n\na,b\n\n1,x\n\n2,y\n\n"])
    func lineEndsAndMarks(text: String) throws {
        let file = TemporaryFile(text)
        let table = try Table(DataTable.open(path: file.path))
        #expect(table.names == ["a", "b"])
        #expect(table.rows == [["1", "x"], ["2", "y"]])
        #expect(table.facts == DataFacts(rowCount: 2, digest: SHA256Hasher.digest(of: Array(text.utf8))))
    }

    @Test func headersWithQuotesAndWithoutNames() throws {
        let file = TemporaryFile("\"a,\"\"1\"\"\nx\",,größe,\"\"\n1,2,3,4\n")
        let dataset = try DataTable.open(path: file.path)
        #expect(dataset.columnNames == ["a,\"1\"\nx", "Unnamed: 1", "größe", "Unnamed: 3"])
        #expect(try Table(dataset).rows == [["1", "2", "3", "4"]])
    }

    @Test(arguments: ["a,b", "a,b\n", "a,b\r\n", "a,b\n\n\n"])
    func headerOnly(text: String) throws {
        let file = TemporaryFile(text)
        let dataset = try DataTable.open(path: file.path)
        #expect(dataset.columns.map(\.type) == [.double, .double])
        #expect(dataset.rowCount == 0)
        let table = try Table(dataset)
        #expect(table.rows.isEmpty)
        #expect(table.facts?.digest == SHA256Hasher.digest(of: Array(text.utf8)))
        #expect(dataset.digest == table.facts?.digest)
    }

    @Test func oneColumnSkipsEmptyLinesAndKeepsQuotedEmptiness() throws {
        let file = TemporaryFile("a\n1\n\n\"\"\n2\n")
        #expect(try Table(DataTable.open(path: file.path)).rows == [["1"], ["∅"], ["2"]])
    }

    @Test func onlyTheColumnsAskedForInTheirOrder() throws {
        let file = TemporaryFile("a,b,c\n1,x,\u{ff}\n2,y,z\n".replacing([0xC3, 0xBF], with: [0xFF]))
        let dataset = try DataTable.open(path: file.path, options: DataOptions(columns: ["b", "a"]))
        #expect(try Table(dataset).rows == [["x", "1"], ["y", "2"]])
        #expect(dataset.columnNames == ["a", "b", "c"])
    }

    @Test(arguments: [1, 65_535, 65_536, 65_537, 200_000])
    func blocksHaveTheStandardCount(rowCount: Int) throws {
        var text = "n,t,w\n"
        for row in 0..<rowCount {
            text += "\(row),\(row % 3 == 1 ? "" : "v\(row % 1000)"),\"\(String(repeating: "w", count: row % 40))\"\n"
        }
        let file = TemporaryFile(text)
        let dataset = try DataTable.open(path: file.path, options: DataOptions(missingWords: [""], columns: ["n", "t"]))
        let reader = try dataset.makeReader()
        var next = 0
        while let block = try reader.next() {
            #expect(block.firstRow == next)
            #expect(block.rowCount == min(RowBlock.standardRowCount, rowCount - next))
            guard case .int64(let numbers) = block.columns[0].values,
                case .text(let codes, let dictionary) = block.columns[1].values
            else { return #expect(Bool(false), "types changed") }
            #expect(numbers == (next..<(next + block.rowCount)).map { Int64($0) })
            for row in 0..<block.rowCount {
                let number = next + row
                let expected: Text? = number % 3 == 1 ? nil : Text("v\(number % 1000)")
                if (block.columns[1].isPresent(row) ? dictionary[codes[row]] : nil) != expected {
                    #expect(Bool(false), "row \(number)")
                    return
                }
            }
            next += block.rowCount
        }
        #expect(next == rowCount)
        #expect(try reader.finish() == DataFacts(rowCount: rowCount, digest: SHA256Hasher.digest(of: Array(text.utf8))))
    }

    @Test func twoReadersNumberTextsAlike() throws {
        let file = TemporaryFile("t\nb\na\n\nb\nc\n")
        let dataset = try DataTable.open(path: file.path)
        var codes: [[Int32]] = []
        for _ in 0..<2 {
            let block = try #require(try dataset.makeReader().next())
            guard case .text(let read, _) = block.columns[0].values else { continue }
            codes.append(read)
        }
        #expect(codes == [[0, 1, 0, 2], [0, 1, 0, 2]])
    }

    @Test(arguments: [
        ("a,b\n1,2\n3\n", "unreadable: F: line 3 has 1 value where the header names 2 columns"),
        ("a,b\n1,2,3\n", "unreadable: F: line 2 has 3 values where the header names 2 columns"),
        ("a\n1\n2,3\n", "unreadable: F: line 3 has 2 values where the header names 1 column"),
        ("a,b\n\"x\ny\",2\n\n3\n", "unreadable: F: line 5 has 1 value where the header names 2 columns"),
        ("a,b\r\n1,2\r\n3\r\n", "unreadable: F: line 3 has 1 value where the header names 2 columns"),
        ("a,b\n1,\"2\n3,4\n", "unreadable: F: a quoted value in the record of line 2 never ends"),
        ("a,b\n1,\"2\"\"", "unreadable: F: a quoted value in the record of line 2 never ends"),
        ("a,b\nx\"y,\"2", "unreadable: F: a quoted value in the record of line 2 never ends"),
        ("\"a,b\n1,2\n", "unreadable: F: a quoted column name in its header never ends"),
        ("", "unreadable: F: it is empty; a CSV file begins with a line of column names"),
        ("\n\n", "unreadable: F: it is empty; a CSV file begins with a line of column names"),
        ("a,b,a\n1,2,3\n", "unreadable: F: columns 1 and 3 are both named 'a'; give each column its own name"),
        ("a,b\n1,\u{1}\n2,caf\u{e9}\n", "unreadable: F: line 3, column 'b': the value is not valid UTF-8; save the file as UTF-8"),
        ("caf\u{e9},b\n1,2\n", "unreadable: F: the name of column 1 is not valid UTF-8; save the file as UTF-8"),
    ])
    func whatIsNoGoodCSV(text: String, message: String) {
        // é stands for the byte it is in Latin-1.
        let file = TemporaryFile(text.replacing([0xC3, 0xA9], with: [0xE9]))
        let found = refusal { _ = try Table(DataTable.open(path: file.path)) }
        #expect(found.replacing(file.path, with: "F") == message)
    }

    @Test func aLateRaggedRowIsFoundByItsLine() {
        var text = "a,b\n"
        for row in 0..<300_000 { text += "\(row),some words to fill the block\n" }
        let file = TemporaryFile(text + "x\n")
        #expect(
            refusal { _ = try DataTable.open(path: file.path) }
                == "unreadable: \(file.path): line 300002 has 1 value where the header names 2 columns")
    }

    @Test func aRowLongerThanABlockIsRefused() {
        let file = TemporaryFile("a,b\n1,\"" + String(repeating: "x", count: 9_000_000) + "\"\n2,y\n")
        #expect(
            refusal { _ = try DataTable.open(path: file.path) }
                == "limitExceeded: \(file.path): one of its rows is longer than 4 MiB")
    }

    @Test func aChangeBetweenThePassesIsNoticed() throws {
        let file = TemporaryFile("a\n1\n")
        let dataset = try DataTable.open(path: file.path)
        file.overwrite(Array("a\n2\n".utf8))
        #expect(refusal { _ = try Table(dataset) }.hasPrefix("conflict: \(file.path) was changed"))
    }

    @Test func missingColumnsSuggestNearNames() {
        let file = TemporaryFile("gender,age,income,Race\n1,2,3,4\n")
        func message(_ name: Text) -> String {
            refusal { _ = try DataTable.open(path: file.path, options: DataOptions(columns: [name])) }
        }
        #expect(
            message("gendr")
                == "invalidArgument: \(file.path) has no column 'gendr'; did you mean 'gender'? "
                + "the columns are 'gender', 'age', 'income', 'Race'")
        #expect(message("race").contains("did you mean 'Race'?"))
        #expect(message("xyzzy").contains("no column 'xyzzy'; the columns are 'gender'"))
        #expect(
            refusal { _ = try DataTable.open(path: file.path, options: DataOptions(columns: ["age", "age"])) }
                .contains("asked for twice"))
    }
}

extension String {
    /// The bytes with every occurrence of `old` replaced.
    func replacing(_ old: [UInt8], with new: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var rest = Array(utf8)[...]
        while !rest.isEmpty {
            if rest.starts(with: old) {
                result += new
                rest = rest.dropFirst(old.count)
            } else {
                result.append(rest.removeFirst())
            }
        }
        return result
    }
}

extension TemporaryFile {
    convenience init(_ bytes: [UInt8]) { self.init(bytes, suffix: ".csv") }
}
