import ArgumentParser
import AssayCanonical
import AssayJSON
import AssayStore
import AssayTerms
import Foundation

/// Whether a job hands its evidence in at the registry, signed by its own key and naming the build it is from.
struct PushArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Hand the evidence in for this version of a registered model, signed.",
            discussion: "Its files must be those of --model, and the rows those that are frozen with it.", valueName: "name/version"))
    var push: String?

    @Option(
        help: ArgumentHelp(
            "The evaluator's private key of Ed25519, a PEM file that only its owner may read.",
            discussion: """
                Without it: the PEM text in ASSAY_EVALUATOR_KEY. Without that the run hands in unsigned what its CI system vouches for, \
                by the token in ASSAY_WORKFLOW_TOKEN or one of GitHub's runner, and the server signs.
                """, valueName: "file"))
    var evaluatorKey: String?

    @Option(
        help: ArgumentHelp(
            "For whom GitHub's runner makes out the run's token. Without it: ASSAY_AUDIENCE, then the server's address.", valueName: "text"))
    var audience: String?

    @Option(help: ArgumentHelp("The commit. Without it: GITHUB_SHA, CI_COMMIT_SHA, GIT_COMMIT.", valueName: "digest"))
    var commit: String?

    @Option(help: ArgumentHelp("The image this job runs in, or made.", valueName: "name@sha256:digest"))
    var image: String?

    @OptionGroup var server: ServerOptions

    func validate() throws {
        guard push != nil || (evaluatorKey == nil && audience == nil && commit == nil && image == nil) else {
            throw ValidationError("--evaluator-key, --audience, --commit and --image belong to --push NAME/VERSION")
        }
    }

    /// The model's name, and the number of the version behind the last `/`.
    ///
    /// - Throws: `invalidArgument` for anything else.
    private func target(_ text: String) throws(AssayError) -> (name: String, version: Int) {
        guard let cut = text.lastIndex(of: "/"), cut != text.startIndex, let version = Int(text[text.index(after: cut)...]), version > 0 else {
            throw AssayError(.invalidArgument, "--push is '\(text)'; it takes NAME/VERSION, like loan-approval/3")
        }
        return (String(text[..<cut]), version)
    }

    /// What CI systems say of a job in its variables, with what is given going before.
    func build() throws(AssayError) -> BuildOrigin {
        func variable(_ names: String...) -> Text? {
            names.lazy.compactMap { ProcessInfo.processInfo.environment[$0] }.first { !$0.isEmpty }.map { Text($0) }
        }
        return try BuildOrigin(
            repository: variable("GITHUB_REPOSITORY", "CI_PROJECT_PATH", "GIT_URL"),
            commit: commit.map { Text($0) } ?? variable("GITHUB_SHA", "CI_COMMIT_SHA", "GIT_COMMIT"), image: image.map { Text($0) },
            run: variable("GITHUB_RUN_ID", "CI_PIPELINE_ID", "BUILD_TAG"))
    }

    /// Signs and hands in, if that is asked for: a line for people.
    ///
    /// - Parameter policy: what it was computed for; the registry takes it where that policy is published there.
    func send(_ computed: Envelope, for policy: Envelope.Input) async throws -> String? {
        guard let push else { return nil }
        let (name, version) = try target(push)
        guard computed.provenance == .recomputed, let manifest = computed.inputs.first(where: { $0.role == "model" }) else {
            throw AssayError(
                .invalidArgument,
                "--push hands in what the model itself answers: the policy needs 'predictions: from-model', and the model is named with --model")
        }
        var envelope = computed
        envelope.provenance = .attested
        envelope.subjects = [Envelope.Subject(name: Text("\(name)/\(version)"), digest: manifest.digest)]
        envelope.inputs = computed.inputs.filter { $0.role != "model" } + [policy]
        envelope.build = try build()
        let statement = EnvelopeJSON.statement(of: envelope)
        let path = ServerPath.evidence + [name, String(version)]
        let answer: JSONValue
        if let key = try key() {
            let signed = try DSSEEnvelope(signing: statement.canonicalBytes(), with: key)
            answer = try await server.withClient { try await $0.post(path, signed.json) }
        } else {
            let token = try await runToken()
            answer = try await server.withClient(token: token) { try await $0.post(path, statement) }
        }
        return "handed in as evidence \(answer["id"]?.string ?? "?") for \(name) version \(version), claim \(answer["claim"]?.string ?? "?")"
    }

    private func runToken() async throws -> String {
        let named = audience ?? ProcessInfo.processInfo.environment["ASSAY_AUDIENCE"].flatMap { $0.isEmpty ? nil : $0 }
        if let token = try await WorkflowCredential.find(audience: try named ?? server.address()) { return token }
        throw AssayError(
            .invalidArgument,
            "--push needs to know whose word this is. Either a key: name its file with --evaluator-key, or put the PEM text into ASSAY_EVALUATOR_KEY; "
                + "make one with openssl genpkey -algorithm ed25519, and have an administrator register its public half: assay evaluator add. "
                + "Or the CI system's token of this run, in \(WorkflowCredential.variable) or from GitHub's runner (permissions: id-token: write), "
                + "for a workflow that is registered: assay evaluator add NAME --issuer …")
    }

    /// `nil` where none is named.
    private func key() throws(AssayError) -> Ed25519.SigningKey? {
        if let evaluatorKey {
            guard let bytes = try SecretFile.read(evaluatorKey, limit: 64 << 10) else {
                throw AssayError(.notFound, "\(evaluatorKey) is not there")
            }
            return try PrivateKeyText.ed25519(String(decoding: bytes, as: UTF8.self), named: evaluatorKey)
        }
        guard let text = ProcessInfo.processInfo.environment["ASSAY_EVALUATOR_KEY"], !text.isEmpty else { return nil }
        return try PrivateKeyText.ed25519(text, named: "ASSAY_EVALUATOR_KEY")
    }
}
