import AssayJSON
import AssayPolicy
import AssayTerms
import Glibc

/// A policy as a command names it: a file, or one that a server has published, `NAME` for its latest version or `NAME@VERSION`.
enum PolicySource {
    /// A file of that name goes first.
    ///
    /// - Throws: what ``PolicyFile/read(_:)`` throws; `invalidArgument` where there is no such file and no server is named; what
    ///   the server answers.
    static func read(_ argument: String, _ options: ServerOptions, base: BaseArguments) async throws -> Policy {
        let isPath = argument.contains("/") || [".yaml", ".yml", ".json"].contains { argument.lowercased().hasSuffix($0) }
        if isPath || access(argument, F_OK) == 0 { return try PolicyFile.read(argument, base: base).policy }
        do {
            return try await options.withClient { try await published(argument, $0) }
        } catch let error as AssayError where error.code == .invalidArgument {
            throw AssayError(.invalidArgument, "There is no file '\(argument)' to read a policy from. \(error.message)")
        }
    }

    /// A file whose base may be published and not at hand.
    static func read(_ source: [UInt8], _ path: String, base: BaseArguments, _ options: ServerOptions) async throws -> Policy {
        var found = try base.policy(for: source, at: path)
        if found == nil, let (name, version) = PolicyReader.base(of: source) {
            do {
                found = try await options.withClient { try await published("\(name)@\(version)", $0) }
            } catch let error as AssayError where error.code == .notFound {
                // The reader says that it is not at hand, and where.
            }
        }
        return try PolicyFile.read(source, path, base: found)
    }

    private static func published(_ argument: String, _ client: ServerClient) async throws -> Policy {
        let parts = argument.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let name = parts[0]
        let version: String
        if parts.count == 2 {
            version = parts[1]
        } else {
            let all = try await client.get(ServerPath.policies)["policies"]?.array ?? []
            let versions = all.filter { $0["name"]?.string.map { Text($0) } == Text(name) }.compactMap { $0["version"]?.string }
            guard let latest = versions.max(by: { PolicyVersion.precedes(Text($0), Text($1)) }) else {
                throw AssayError(.notFound, "There is neither a file nor a published policy '\(name)'.")
            }
            version = latest
        }
        let answer = try await client.get(ServerPath.policies + [name, version])
        // What was published may ask for checks that this program does not have.
        guard let text = answer["canonical"]?.string, let policy = try? PolicyReader.read(Array(text.utf8), catalogue: nil),
            policy.digest.hex == answer["digest"]?.string
        else {
            throw AssayError(
                .unreadable,
                "The server's text of the policy \(name) \(version) is not what this program reads; are both of the same version?")
        }
        return policy
    }
}
