import AssayCanonical
import AssayJSON
import AssayTerms

/// What a server signed about the candidate of a rollout: its files, and what it may be used for at this step.
struct RolloutStatement: Sendable {
    static let predicateType = "urn:assay:rollout:v1"

    /// Files, manifest, and until when.
    let deployment: DeploymentStatement
    let id: String
    let revision: Int64
    let strategy: RolloutStrategy
    let step: Int
    /// In ten-thousandths.
    let share: Int
    let salt: String
    /// `stage Production`.
    let targets: Set<Text>
    let baselineVersion: Int
    let baselineManifest: SHA256Digest
    /// Requests that take longer are counted; `nil` where none are.
    let latencySeconds: Double?
    let outcomeLabel: String?
    /// How far numbers may differ that agree.
    let tolerance: Double

    /// - Throws: as ``DeploymentStatement``; `unreadable` for one without the terms of a rollout, `permissionDenied` for another's.
    init(_ json: JSONValue, key: Ed25519.VerificationKey, rollout: String, model: Text, version: Int) throws(AssayError) {
        deployment = try DeploymentStatement(json, key: key, model: model, version: version, type: Self.predicateType)
        let payload = try DSSEEnvelope(json: json).payload
        guard let terms = (try? JSONValue(parsing: payload))?["predicate"]?["rollout"], let id = terms["id"]?.string,
            let revision = terms["revision"]?.integer, let strategy = terms["strategy"]?.string.flatMap(RolloutStrategy.init(rawValue:)),
            let step = terms["step"]?.integer.flatMap({ Int(exactly: $0) }), step >= 0,
            let share = terms["share"]?.integer.flatMap({ Int(exactly: $0) }), (0...RolloutPlan.wholeShare).contains(share),
            let salt = terms["salt"]?.string, let targets = terms["targets"]?.array,
            let baseline = terms["baseline"]?["version"]?.integer.flatMap({ Int(exactly: $0) }),
            let manifest = terms["baseline"]?["manifest"]?.string.flatMap(SHA256Digest.init(hex:)),
            let tolerance = terms["tolerance"]?.string.flatMap(Double.init), tolerance >= 0
        else { throw AssayError(.unreadable, "the statement of the rollout \(rollout) is not of the form \(Self.predicateType)") }
        guard id == rollout else { throw AssayError(.permissionDenied, "the server answered the statement of another rollout; it is not served") }
        self.id = id
        self.revision = revision
        self.strategy = strategy
        self.step = step
        self.share = share
        self.salt = salt
        self.targets = Set(targets.compactMap { $0.string.map { Text($0) } })
        baselineVersion = baseline
        baselineManifest = manifest
        latencySeconds = terms["latency_ms"]?.integer.map { Double($0) / 1_000 }
        outcomeLabel = terms["outcome_label"]?.string
        self.tolerance = tolerance
    }
}
