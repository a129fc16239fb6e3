import ArgumentParser
import AssayPolicy
import Foundation

/// Alert rules on disk.
enum AlertRulesFile {
    /// - Throws: `AssayError` for a file that cannot be read. For what is wrong inside it `ExitCode` 2, after every problem was
    ///   written to standard error on a line of its own, `FILE:LINE:COLUMN: error: …`.
    static func read(_ path: String) throws -> (rules: AlertRules, source: [UInt8]) {
        let source = try SmallFile.bytes(of: path)
        do {
            return (try AlertRulesReader.read(source), source)
        } catch {
            let lines = error.lines(file: path).map { $0 + "\n" }.joined()
            FileHandle.standardError.write(Data(lines.utf8))
            throw ExitCode(2)
        }
    }

    static func summary(_ rules: AlertRules) -> String {
        func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }
        return "\(counted(rules.receivers.count, "receiver")), \(counted(rules.routes.count, "route"))"
    }
}
