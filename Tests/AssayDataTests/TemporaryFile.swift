import AssayColumns
import AssayData
import AssayTerms
import Glibc

/// A file that lives as long as the value.
final class TemporaryFile {
    let path: String

    init(_ bytes: [UInt8], suffix: String = ".csv") {
        var template = Array("/tmp/assay-test-XXXXXX\(suffix)".utf8CString)
        let descriptor = mkstemps(&template, Int32(suffix.utf8.count))
        precondition(descriptor >= 0, "no temporary file")
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        close(descriptor)
        overwrite(bytes)
    }

    convenience init(_ text: String) { self.init(Array(text.utf8)) }

    deinit { unlink(path) }

    func overwrite(_ bytes: [UInt8]) {
        let descriptor = open(path, O_WRONLY | O_TRUNC)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, bytes.count - written) }
            precondition(count > 0, "temporary file cannot be written")
            written += count
        }
        close(descriptor)
    }
}

enum Fixture {
    static func path(_ name: String) -> String {
        let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
        return "/\(folder)/Fixtures/\(name)"
    }

    static func bytes(_ name: String) -> [UInt8] {
        guard let file = fopen(path(name), "r") else { return [] }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes.prefix(count))
    }
}

/// The message of the `AssayError` that `body` throws, with its code in front.
func refusal(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "nothing thrown"
    } catch let error as AssayError {
        return "\(error.code.rawValue): \(error.message)"
    } catch {
        return "\(error)"
    }
}

/// A whole data set as text cells: `∅` where a value is missing.
struct Table: Equatable {
    var names: [String] = []
    var types: [ColumnType] = []
    var rows: [[String]] = []
    var blockCounts: [Int] = []
    var facts: DataFacts?

    init(_ dataset: DataTable) throws {
        names = dataset.columns.map(\.name.string)
        types = dataset.columns.map(\.type)
        let reader = try dataset.makeReader()
        while let block = try reader.next() {
            precondition(block.firstRow == rows.count, "blocks do not follow each other")
            blockCounts.append(block.rowCount)
            for row in 0..<block.rowCount { rows.append(block.columns.map { Self.cell($0, row) }) }
        }
        facts = try reader.finish()
    }

    private static func cell(_ column: Column, _ row: Int) -> String {
        guard column.isPresent(row) else { return "∅" }
        return switch column.values {
        case .boolean(let values): values[row] == 1 ? "true" : "false"
        case .int64(let values): String(values[row])
        case .double(let values): values[row].description
        case .text(let codes, let dictionary): dictionary[codes[row]].string
        case .timestamp(let values): Timestamp.text(microseconds: values[row])
        }
    }
}
