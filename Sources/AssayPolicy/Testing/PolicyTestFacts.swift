import AssayCanonical
import AssayTerms

/// Evidence as a server would hold it, from what a case says about it; what it leaves out is as the policy asks.
struct PolicyTestFacts {
    /// A measurement as a case writes it.
    struct Measurement {
        var descriptor: CheckDescriptor
        /// What it looks at, or what tells its groups apart.
        var column: Text?
        var slice: Text?
        var privileged: String?
        var options: [Text: Text]
        var value: Double?
        var undefined: String?
        var interval: Interval?
        var groups: [CheckResult.Group]
        var rows: Int
        var provenance: Provenance
        var evaluator: Text?
        var dataset: Text?
        var version: Text
        var daysAgo: Int
        var definition: Int?
        var changes: [Text: Text]
    }

    /// The moment at which every case is judged: 2026-01-01T00:00:00Z. Only ages matter.
    static let now: Int64 = 1_767_225_600

    let policy: Policy
    let model: Text

    /// A digest that stands for bytes nobody has.
    static func digest(_ text: String) -> SHA256Digest { SHA256Hasher.digest(of: Array(text.utf8)) }

    func manifest(ofVersion version: Text) -> SHA256Digest { Self.digest("files of \(model) \(version)") }

    /// - Throws: what ``Claim/digest(of:)`` throws.
    func evidence(_ measurement: Measurement) throws(AssayError) -> GateFacts.Evidence {
        var result = CheckResult(
            descriptor: measurement.descriptor, column: measurement.column, privileged: measurement.privileged,
            options: measurement.options, value: measurement.value, interval: measurement.interval, groups: measurement.groups,
            rows: measurement.rows, undefined: measurement.undefined)
        if let definition = measurement.definition { result.definition = definition }
        var inputs = [data(measurement)]
        if let reference = policy.data?.reference {
            inputs.append(Envelope.Input(role: "reference", name: reference.name, digest: reference.digest))
        }
        var parameters = parameters(slice: measurement.slice)
        for (name, value) in measurement.changes { parameters[name] = .text(value) }
        let envelope = Envelope(
            subjects: [.init(name: Text("\(model)/\(measurement.version)"), digest: manifest(ofVersion: measurement.version))],
            engineVersion: AssayVersion.current, computedAt: "2026-01-01T00:00:00Z", provenance: measurement.provenance, inputs: inputs,
            parameters: parameters, results: [result])
        return GateFacts.Evidence(claim: try Claim.digest(of: envelope), envelope: envelope, evaluator: measurement.evaluator,
            recordedAt: Self.now - Int64(measurement.daysAgo) * 86_400)
    }

    private func data(_ measurement: Measurement) -> Envelope.Input {
        func input(_ name: Text, _ digest: SHA256Digest) -> Envelope.Input {
            Envelope.Input(role: "data", name: name, digest: digest, rows: measurement.rows)
        }
        if let name = measurement.dataset { return input(name, Self.digest("rows of \(name)")) }
        switch policy.data?.dataset {
        case .logged(let path): return input(path, Self.digest("rows of \(path)"))
        case .pinned(let name, let digest): return input(name, digest)
        case nil: return input("data", Self.digest("rows of data"))
        }
    }

    /// What evidence has to have been computed with, by the policy.
    private func parameters(slice: Text?) -> [Text: Envelope.Parameter] {
        guard let data = policy.data else { return [:] }
        let named: [(Text, Text?)] = [
            ("label", data.label), ("positive", data.positive), ("prediction", data.prediction), ("score", data.score),
            ("weight", data.weight), ("rows", data.rows(of: slice)), ("thresholds", data.thresholds.map { Text("sha256:\($0.digest.hex)") }),
            ("thresholds_key", data.thresholdsKey),
        ]
        var parameters: [Text: Envelope.Parameter] = [:]
        for (name, value) in named { parameters[name] = value.map { .text($0) } }
        if !data.scores.isEmpty { parameters["scores"] = .list(data.scores.map { .text(Text("\($0.name)=\($0.column)")) }) }
        return parameters
    }
}
