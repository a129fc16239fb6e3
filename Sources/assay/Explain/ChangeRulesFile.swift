import AssayCanonical
import AssayPolicy
import AssayTerms

/// Constraints on counterfactuals as they were found on disk; none where no file is named.
struct ChangeRulesFile: Sendable {
    private static let limit = 256 << 10

    let name: String?
    let digest: SHA256Digest?
    let rules: ChangeRules

    /// - Throws: `invalidArgument` with file, line and column for each thing that is wrong.
    init(path: String?) throws(AssayError) {
        name = path
        guard let path else {
            digest = nil
            rules = ChangeRules()
            return
        }
        let bytes = try SmallFile.bytes(of: path, limit: Self.limit)
        digest = SHA256Hasher.digest(of: bytes)
        do throws(PolicyProblems) {
            rules = try ChangeRulesReader.read(bytes)
        } catch {
            throw error.error(file: path)
        }
    }
}
