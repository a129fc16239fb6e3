import AssayData
import AssayTerms
import Glibc
import Testing

func openForReading(_ path: String) -> Int32 { open(path, O_RDONLY) }
func closeDescriptor(_ descriptor: Int32) { close(descriptor) }

/// Files that are not what they should be, each with one clear error.
@Suite struct OpeningTests {
    @Test func whatIsNoReadableFile() {
        #expect(refusal { _ = try DataTable.open(path: "/nowhere/at/all.csv") } == "notFound: /nowhere/at/all.csv does not exist")
        #expect(refusal { _ = try DataTable.open(path: "/proc/self/ns/none") }.hasPrefix("notFound: "))
        #expect(refusal { _ = try DataTable.open(path: "/dev/null") }.hasPrefix("invalidArgument: /dev/null is not a regular file"))
        #expect(refusal { _ = try DataTable.open(path: "/etc/passwd/x.csv") }.hasPrefix("notFound: "))
        #expect(refusal { _ = try DataTable.open(descriptor: -1, name: "data") }.hasPrefix("unreadable: data cannot be read through"))
    }

    @Test func withoutPermission() {
        let file = TemporaryFile("a\n1\n")
        chmod(file.path, 0)
        // The administrator may read everything.
        guard geteuid() != 0 else { return }
        #expect(refusal { _ = try DataTable.open(path: file.path) } == "unreadable: \(file.path) may not be read (permission denied)")
    }

    @Test func contentDecidesAndTheNameExplains() throws {
        let csv = TemporaryFile(Array("a\n1\n".utf8), suffix: ".parquet")
        #expect(
            refusal { _ = try DataTable.open(path: csv.path) }
                == "unreadable: \(csv.path) is named like a Parquet file and is none")
        #expect(
            refusal { _ = try DataTable.open(path: csv.path, format: .parquet) }
                == "unreadable: \(csv.path): it is too short for a Parquet file")
        #expect(try Table(DataTable.open(path: csv.path, format: .csv)).rows == [["1"]])
        let parquet = TemporaryFile(Fixture.bytes("types.parquet"), suffix: ".csv")
        #expect(try DataTable.open(path: parquet.path).format == .parquet)
        let truncated = TemporaryFile(Array(Fixture.bytes("types.parquet").dropLast(100)), suffix: ".parquet")
        #expect(
            refusal { _ = try DataTable.open(path: truncated.path) }
                == "unreadable: \(truncated.path): it is a truncated Parquet file (its last bytes are missing)")
    }

    @Test(arguments: [
        ([0x1F, 0x8B, 8, 0], "unreadable", "no whole gzip file"),
        ([0x28, 0xB5, 0x2F, 0xFD, 0], "unreadable", "no whole zstd file"),
        ([0x42, 0x5A, 0x68, 0x39], "unsupported", "compressed with bzip2"),
        (Array("ARROW1\0\0".utf8), "unreadable", "a truncated Arrow IPC file"), (Array("[{}]".utf8), "unsupported", "one JSON array"),
        ([0x50, 0x4B, 3, 4], "unsupported", "a zip archive or a spreadsheet"),
        ([0x61, 0, 0x62, 0], "unreadable", "neither Parquet, Arrow IPC nor text in UTF-8"),
    ] as [([UInt8], String, String)])
    func otherKindsAreNamed(bytes: [UInt8], code: String, words: String) {
        let file = TemporaryFile(bytes, suffix: ".csv")
        let message = refusal { _ = try DataTable.open(path: file.path) }
        #expect(message.hasPrefix(code + ": ") && message.contains(words), "\(message)")
    }
}
