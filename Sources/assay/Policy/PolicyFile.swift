import ArgumentParser
import AssayEvidence
import AssayPolicy
import AssayTerms
import Foundation

/// A policy on disk.
enum PolicyFile {
    static let catalogue = Catalogue(
        CheckCatalogue.descriptors + [ExternalCheck.descriptor], problemOfRows: { RowConditionParser.problem(in: $0) },
        problemOfDocument: { check, document in
            check == CheckCatalogue.expectations.id ? ExpectationSuite.problem(in: document) : nil
        })

    /// - Throws: `AssayError` for a file that cannot be read. For what is wrong inside it `ExitCode` 2, after every problem
    ///   was written to standard error on a line of its own, `FILE:LINE:COLUMN: error: …`, as compilers do.
    ///
    /// - Parameter base: what the policy extends, where it extends something.
    static func read(_ path: String, base: BaseArguments) throws -> (policy: Policy, source: [UInt8]) {
        let source = try SmallFile.bytes(of: path)
        return (try read(source, path, base: try base.policy(for: source, at: path)), source)
    }

    static func read(_ source: [UInt8], _ path: String, base: Policy?) throws -> Policy {
        do {
            return try PolicyReader.read(source, catalogue: catalogue, base: base)
        } catch {
            let lines = error.lines(file: path).map { $0 + "\n" }.joined()
            FileHandle.standardError.write(Data(lines.utf8))
            throw ExitCode(2)
        }
    }

    /// `consumer-credit 2: 4 checks, 2 approvals; sha256:…`.
    static func summary(_ policy: Policy) -> String {
        func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }
        let approvals = counted(policy.approvals.count, "approval rule")
        return "\(policy.title): \(counted(policy.checks.count + policy.declared.count, "check")), \(approvals); \(policy.digest)"
    }
}
