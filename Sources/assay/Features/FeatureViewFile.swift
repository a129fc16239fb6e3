import ArgumentParser
import AssayColumns
import AssayEvidence
import AssayPolicy
import AssayTerms
import Foundation

/// A feature view on disk.
struct FeatureViewFile {
    let view: FeatureView
    /// Where its source is, from here.
    let sourcePath: String

    /// - Throws: `AssayError` for a file that cannot be read. For what is wrong inside it `ExitCode` 2, after every problem was
    ///   written to standard error on a line of its own, `FILE:LINE:COLUMN: error: …`.
    init(_ path: String) throws {
        do {
            view = try FeatureView.read(try SmallFile.bytes(of: path), catalogue: PolicyFile.catalogue)
        } catch let problems as PolicyProblems {
            FileHandle.standardError.write(Data(problems.lines(file: path).map { $0 + "\n" }.joined().utf8))
            throw ExitCode(2)
        }
        let source = view.source.string
        if source.hasPrefix("/") {
            sourcePath = source
        } else {
            let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
            sourcePath = folder + source
        }
    }

    var source: FeatureSource {
        FeatureSource(
            data: DataFile(path: sourcePath), entities: view.entities.map { .init(name: $0.name, type: $0.type.column) },
            timestamp: view.timestamp, features: view.features.map { .init(name: $0.name, type: $0.type.column) },
            validity: view.validity.microseconds)
    }
}

extension FeatureView.EntityType {
    var column: ColumnType {
        switch self {
        case .int64: .int64
        case .text: .text
        }
    }
}

extension FeatureView.ValueType {
    var column: ColumnType {
        switch self {
        case .boolean: .boolean
        case .int64: .int64
        case .double: .double
        case .text: .text
        case .timestamp: .timestamp
        }
    }
}
