import ArgumentParser
import AssayPolicy
import AssayTerms
import Foundation

/// Where the policy is that another one extends.
struct BaseArguments: ParsableArguments {
    private static let depth = 8

    @Option(
        help: """
            The file of the policy that this one extends, and of what that one extends in turn; without it NAME.yaml beside the policy.
            """)
    var base: [String] = []

    /// What the text at `path` has to be read on top of; `nil` where it extends nothing, and where that is not at hand.
    func policy(for source: [UInt8], at path: String) throws -> Policy? { try policy(for: source, at: path, depth: 0) }

    private func policy(for source: [UInt8], at path: String, depth: Int) throws -> Policy? {
        guard let (name, version) = PolicyReader.base(of: source) else { return nil }
        guard depth < Self.depth else {
            throw AssayError(.invalidArgument, "\(path) extends itself, or more than \(Self.depth) policies one on top of the other.")
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        let isPlain = !name.string.contains("/") && !name.string.hasPrefix(".")
        let beside = isPlain ? [".yaml", ".yml"].map { folder.appendingPathComponent(name.string + $0).path } : []
        for file in base + beside where FileManager.default.fileExists(atPath: file) {
            let bytes = try SmallFile.bytes(of: file)
            // The policy's own file is no base of it, whatever it is called.
            guard bytes != source else { continue }
            let policy = try PolicyFile.read(bytes, file, base: try policy(for: bytes, at: file, depth: depth + 1))
            if policy.name == name, policy.version == version { return policy }
        }
        for file in base where !FileManager.default.fileExists(atPath: file) {
            throw AssayError(.notFound, "There is no file '\(file)', named with --base.")
        }
        return nil
    }
}
