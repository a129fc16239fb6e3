import AssayColumns
import AssayJSON
import AssayModels
import AssayTerms
import Foundation
import Testing

/// The models and expected numbers of Tests/Fixtures/models, made by its make.py.
struct Fixture {
    let name: String
    let skops: [UInt8]
    let json: JSONValue

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/models")

    static var names: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".skops") }.map { String($0.dropLast(6)) }.sorted()
    }

    init(_ name: String) throws {
        self.name = name
        skops = Array(try Data(contentsOf: Self.folder.appending(path: name + ".skops")))
        json = try JSONValue(parsing: Array(try Data(contentsOf: Self.folder.appending(path: name + ".json"))))
    }

    static func folderFiles(_ name: String) throws -> MemoryModelFiles {
        var files: [Text: [UInt8]] = [:]
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: name).path) {
            files[Text(file)] = Array(try Data(contentsOf: folder.appending(path: name).appending(path: file)))
        }
        return MemoryModelFiles(files)
    }

    /// The rows the expected numbers are for.
    func block() throws -> RowBlock {
        let columns = try #require(json["columns"]?.array).map(Self.column)
        return RowBlock(rowCount: columns.first?.count ?? 0, columns: columns)
    }

    static func column(_ json: JSONValue) throws -> Column {
        let name = Text(try #require(json["name"]?.string))
        let cells = try #require(json["values"]?.array)
        let validity = Validity(cells.map { !$0.isNull })
        let values: Column.Values
        switch json["type"]?.string {
        case "boolean": values = .boolean(cells.map { $0.bool == true ? 1 : 0 })
        case "int64": values = .int64(cells.map { $0.integer ?? 0 })
        case "double": values = .double(cells.map { $0.number ?? 0 })
        default:
            let dictionary = TextDictionary()
            values = .text(
                codes: cells.map { $0.string.map { dictionary.code(for: Text($0)) } ?? 0 }, dictionary: dictionary)
            if dictionary.count == 0 { _ = dictionary.code(for: "") }
        }
        return Column(name: name, values: values, validity: validity)
    }

    func matrix(_ key: String) throws -> [[Double]] {
        try #require(json[key]?.array).map { row in try #require(row.array).map { try #require($0.number) } }
    }
}
