import AssayJSON
package import AssayPolicy
import AssayStore
package import AssayTerms

/// A version that meets traffic before it takes a place: the paper that says so, read.
package struct Rollout: Sendable {
    package let paper: Paper
    package let document: RolloutDocument
    /// The place of the present step in the plan.
    package let step: Int
    /// When it began: milliseconds since 1970.
    package let began: Int64
    /// What units are drawn by, so that two rollouts draw other ones.
    package let salt: String
    /// `nil` for a batch that began before gateways carried batches out, which nobody does for it.
    package let baseline: Baseline?

    package struct Baseline: Hashable, Sendable {
        package let version: Int64
        package let versionID: String
        package let manifest: SHA256Digest
        /// The place it has to hold; any with the gate's leave where it was named by its number.
        package let place: Text?
    }

    /// - Throws: `corrupt` for a paper that cannot be read.
    init(_ paper: Paper) throws(AssayError) {
        let content = paper.content
        guard let text = content["document"], let document = try? RolloutDocument.read(text.bytes(), isKept: true),
            let step = content["step"]?.integer.flatMap({ Int(exactly: $0) }), let began = content["step_began_ms"]?.integer,
            let salt = content["salt"]?.string
        else {
            throw AssayError(.corrupt, "The stored rollout \(paper.record.id) cannot be read. Restore the database.")
        }
        self.paper = paper
        self.document = document
        self.step = step
        self.began = began
        self.salt = salt
        baseline = content["baseline"].flatMap(Self.baseline)
    }

    private static func baseline(_ json: JSONValue) -> Baseline? {
        guard let version = json["version"]?.integer, let id = json["version_id"]?.string,
            let manifest = json["manifest"]?.string.flatMap(SHA256Digest.init(hex:))
        else { return nil }
        return Baseline(version: version, versionID: id, manifest: manifest, place: json["place"]?.string.map { Text($0) })
    }

    package var id: String { paper.record.id }
    package var plan: RolloutPlan { document.plan }
    package var isRunning: Bool { paper.record.state == RolloutState.running }
    package var model: Text { paper.model ?? document.model }
    package var manifest: SHA256Digest? { paper.record.subject.manifest }

    /// In ten-thousandths; 0 where nothing is drawn by share.
    package var share: Int { plan.steps.indices.contains(step) ? plan.steps[step].share : 0 }

    /// A line of the list that gateways follow: enough to see that there is something to ask for.
    var listed: JSONValue {
        [
            "id": .string(id), "revision": .integer(paper.record.revision), "model": .string(model.string),
            "version": .integer(Int64(document.candidate)), "manifest": .string(manifest?.hex ?? ""),
            "strategy": .string(plan.strategy.rawValue),
        ]
    }
}
