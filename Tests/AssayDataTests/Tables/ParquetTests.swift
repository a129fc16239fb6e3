import AssayCanonical
import AssayColumns
import AssayData
import AssayTerms
import Testing

/// Files written by pyarrow (Tests/Reference/make_parquet_fixtures.py): every type that is read, and each that is not.
@Suite struct ParquetTests {
    @Test func everyTypeThatIsRead() throws {
        let dataset = try DataTable.open(path: Fixture.path("types.parquet"))
        let table = try Table(dataset)
        let expected: [(String, ColumnType, [String])] = [
            ("boolean", .boolean, ["true", "∅", "false", "true"]),
            ("int8", .int64, ["-128", "∅", "127", "0"]),
            ("int16", .int64, ["-32768", "∅", "32767", "0"]),
            ("int32", .int64, ["-2147483648", "∅", "2147483647", "0"]),
            ("int64", .int64, ["-9223372036854775808", "∅", "9223372036854775807", "9007199254740993"]),
            ("uint8", .int64, ["255", "∅", "0", "1"]),
            ("uint32", .int64, ["4294967295", "∅", "0", "1"]),
            ("uint64", .int64, ["9223372036854775807", "∅", "0", "1"]),
            ("float", .double, ["0.5", "∅", "∅", "inf"]),
            ("double", .double, ["0.1", "∅", "∅", "-inf"]),
            ("decimal", .double, ["12.34", "∅", "-0.01", "0.0"]),
            ("text", .text, ["b", "∅", "", "größe"]),
            ("large text", .text, ["b", "∅", "a", "b"]),
            ("category", .text, ["x", "∅", "y", "x"]),
            ("numbers category", .int64, ["7", "∅", "8", "7"]),
            ("date", .timestamp, ["2026-01-31T00:00:00Z", "∅", "1969-12-31T00:00:00Z", "2026-01-31T00:00:00Z"]),
            ("seconds", .timestamp, ["2026-01-31T09:30:00Z", "∅", "2026-01-31T09:30:00Z", "∅"]),
            (
                "nanoseconds", .timestamp,
                ["2026-01-31T09:30:00.123456Z", "∅", "1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00Z"]
            ),
            ("nothing", .double, ["∅", "∅", "∅", "∅"]),
        ]
        #expect(table.names == expected.map(\.0))
        for (index, column) in expected.enumerated() {
            #expect(table.types[index] == column.1, "\(column.0)")
            #expect(table.rows.map { $0[index] } == column.2, "\(column.0)")
        }
        #expect(dataset.rowCount == 4)
        #expect(dataset.digest == nil)
        #expect(
            table.facts == DataFacts(rowCount: 4, digest: SHA256Hasher.digest(of: Fixture.bytes("types.parquet"))))
    }

    @Test func columnsInTheOrderAskedFor() throws {
        let options = DataOptions(columns: ["text", "boolean", "int8"])
        let table = try Table(DataTable.open(path: Fixture.path("types.parquet"), options: options))
        #expect(table.rows[0] == ["b", "true", "-128"])
    }

    @Test func blocksDoNotFollowRowGroups() throws {
        let table = try Table(DataTable.open(path: Fixture.path("blocks.parquet")))
        #expect(table.blockCounts == [65_536, 65_536, 18_928])
        for row in [0, 4_999, 5_000, 39_999, 40_000, 65_535, 65_536, 131_072, 149_999] {
            #expect(table.rows[row] == [String(row / 1000), row / 5000 % 2 == 1 ? "odd" : "even"])
        }
    }

    @Test func withoutRows() throws {
        let table = try Table(DataTable.open(path: Fixture.path("empty.parquet")))
        #expect(table.types == [.int64, .text])
        #expect(table.facts?.rowCount == 0)
    }

    @Test func throughADescriptorThatIsClosedAtOnce() async throws {
        let path = Fixture.path("types.parquet")
        let count = try await OwnThread.run {
            let descriptor = openForReading(path)
            let dataset = try DataTable.open(descriptor: descriptor, name: "eval", options: DataOptions(columns: ["int8"]))
            closeDescriptor(descriptor)
            #expect(dataset.name == "eval")
            return try dataset.forEachBlock { _ in }.rowCount
        }
        #expect(count == 4)
    }

    @Test func theSchemaWidens() throws {
        let schema = DataSchema(["boolean": .double, "int8": .double])
        let options = DataOptions(schema: schema, columns: ["boolean", "int8"])
        let table = try Table(DataTable.open(path: Fixture.path("types.parquet"), options: options))
        #expect(table.rows == [["1.0", "-128.0"], ["∅", "∅"], ["0.0", "127.0"], ["1.0", "0.0"]])
        #expect(
            refusal {
                let options = DataOptions(schema: DataSchema(["int8": .text]))
                _ = try DataTable.open(path: Fixture.path("types.parquet"), options: options)
            }.contains("column 'int8' is int64 in the file and cannot be read as text"))
        #expect(
            refusal {
                let options = DataOptions(schema: DataSchema(["int9": .text]))
                _ = try DataTable.open(path: Fixture.path("types.parquet"), options: options)
            }.contains("the schema types no column 'int9'; did you mean 'int8'"))
        #expect(
            refusal {
                let options = DataOptions(schema: DataSchema(["text": .timestamp]), columns: ["text"])
                _ = try Table(DataTable.open(path: Fixture.path("types.parquet"), options: options))
            }.contains("row 1, column 'text': the value is not of type timestamp"))
    }

    @Test(arguments: [
        ("nested.parquet", "list", "has type list<"), ("nested.parquet", "struct", "has type struct<"),
        ("nested.parquet", "bytes", "has type binary"), ("uint64.parquet", "id", "has values of type uint64 that do not fit int64"),
    ])
    func exoticTypesAreRefusedByName(file: String, column: String, words: String) {
        let message = refusal {
            let options = DataOptions(columns: [Text(column)])
            _ = try Table(DataTable.open(path: Fixture.path(file), options: options))
        }
        #expect(message.hasPrefix("unsupported: \(Fixture.path(file)): column '\(column)' \(words)"), "\(message)")
    }

    @Test func columnsBesideExoticOnesAreRead() throws {
        let options = DataOptions(columns: ["after", "n"])
        #expect(
            try Table(DataTable.open(path: Fixture.path("nested.parquet"), options: options)).rows == [["x", "1"], ["y", "2"]])
    }

    @Test(arguments: [
        ("encrypted.parquet", "unsupported: F: it is an encrypted Parquet file; decrypt it first"),
        ("duplicate.parquet", "unreadable: F: columns 1 and 2 are both named 'a'; give each column its own name"),
    ])
    func refusedFiles(file: String, message: String) {
        let found = refusal { _ = try DataTable.open(path: Fixture.path(file)) }
        #expect(found.replacing(Fixture.path(file), with: "F") == message)
    }

    @Test func anEncryptedColumnIsRefusedAndItsNeighbourRead() throws {
        let path = Fixture.path("encrypted-column.parquet")
        #expect(try Table(DataTable.open(path: path, options: DataOptions(columns: ["n"]))).rows == [["3"], ["4"]])
        let message = refusal { _ = try Table(DataTable.open(path: path, options: DataOptions(columns: ["secret"]))) }
        #expect(message.hasPrefix("unreadable: \(path): ") || message.hasPrefix("unsupported: \(path): "), "\(message)")
    }

    /// Prefixes of a good file, and the file with one byte changed, gives an error or rows, never a trap.
    @Test func damagedFilesAreRefusedOrRead() {
        let good = Fixture.bytes("nested.parquet")
        let columns: [Text] = ["n", "after"]
        for count in stride(from: 0, to: good.count, by: 7) {
            let file = TemporaryFile(Array(good.prefix(count)), suffix: ".parquet")
            #expect(refusal { _ = try Table(DataTable.open(path: file.path)) } != "nothing thrown")
        }
        for index in stride(from: 0, to: good.count, by: 3) {
            var bytes = good
            bytes[index] ^= 0x15
            let file = TemporaryFile(bytes, suffix: ".parquet")
            _ = refusal { _ = try Table(DataTable.open(path: file.path, options: DataOptions(columns: columns))) }
        }
    }
}
