import ArgumentParser
import AssayPolicy
import AssayServer
import AssayStore
import AssayTerms

/// Which versions are scored by HTTP services.
struct UpstreamOptions: ParsableArguments {
    private static let fileLimit = 256 << 10

    @Option(
        help: ArgumentHelp(
            "A file that names HTTP services that score versions (upstreams/v1), of mode 0600.",
            discussion: "A version still needs its statement. Answers carry Assay-Upstream: unverified.", valueName: "file"))
    var upstreams: String?

    /// - Throws: with file, line and column for what is wrong with the file; `unavailable` where others may read or change it.
    func read() throws(AssayError) -> [ServingUpstream] {
        guard let upstreams else { return [] }
        guard let bytes = try SecretFile.read(upstreams, limit: Self.fileLimit) else { throw AssayError(.notFound, "There is no file \(upstreams).") }
        do throws(PolicyProblems) {
            return try UpstreamsReader.read(bytes)
        } catch {
            throw error.error(file: upstreams)
        }
    }
}
