import AssayTerms

/// Turns the text of a document of pipelines into pipelines, or lists everything that is wrong with it.
package struct TrainingRulesReader: DocumentReading {
    private let catalogue: Catalogue
    var problems: [PolicyProblems.Problem] = []

    private init(catalogue: Catalogue) { self.catalogue = catalogue }

    /// - Parameters:
    ///   - source: UTF-8 YAML as policies are written, at most 256 KiB.
    ///   - catalogue: the checks that exist.
    package static func read(_ source: [UInt8], catalogue: Catalogue) throws(PolicyProblems) -> TrainingRules {
        try TrainingRulesReader(catalogue: catalogue).document(source, noun: "document of pipelines") { $0.rules($1) }
    }

    private mutating func rules(_ node: YAMLNode) -> TrainingRules? {
        guard let fields = fields(node, TrainingTables.rules) else { return nil }
        requireFormat(TrainingRules.format, in: fields)
        var pipelines: [TrainingPipeline] = []
        for item in items("pipelines", in: fields) ?? [] {
            guard let pipeline = pipeline(item) else { continue }
            if pipelines.contains(where: { $0.name == pipeline.name }) {
                report(item.position, "there is a pipeline '\(pipeline.name)' already")
            } else {
                pipelines.append(pipeline)
            }
        }
        return TrainingRules(pipelines: pipelines)
    }

    private mutating func pipeline(_ node: YAMLNode) -> TrainingPipeline? {
        guard let fields = fields(node, TrainingTables.pipeline) else { return nil }
        let name = identifier("name", in: fields)
        let model = text("model", in: fields)
        let start = fields["start"].flatMap { self.start($0) }
        var triggers = TrainingPipeline.Triggers()
        for item in items("triggers", in: fields) ?? [] { trigger(item, &triggers) }
        let reweighing = fields["reweigh"].flatMap { self.reweighing($0) }
        if fields.has("reweigh"), let start, !start.isForWorkers {
            report(fields.keyPosition("reweigh"), "weights are computed by a worker, so 'reweigh' goes with the kinds command and mlproject")
        }
        let bounds = bounds(fields, beginsByItself: triggers != TrainingPipeline.Triggers())
        let limit = duration("limit", in: fields) ?? 86_400_000
        let promotion = fields["promote"].flatMap { self.promotion($0) }
        let alert = texts("alert", in: fields) ?? []
        guard let name, let model, let start else { return nil }
        let pipeline = TrainingPipeline(
            name: name, model: model, triggers: triggers, start: start, reweighing: reweighing, bounds: bounds,
            limitMilliseconds: limit, promotion: promotion, alert: alert)
        if let kind = triggers.needsOneModel, pipeline.singleModel == nil {
            report(fields.keyPosition("model"), "\(kind) begins the training of one model, so 'model' is its name, without * and ?")
        }
        return pipeline
    }

    // MARK: - Triggers and bounds

    private mutating func trigger(_ node: YAMLNode, _ triggers: inout TrainingPipeline.Triggers) {
        guard let fields = fields(node, TrainingTables.trigger) else { return }
        let kinds: [Text] = ["schedule", "monitor", "data", "commit"]
        guard kinds.count(where: { fields.has($0) }) == 1 else {
            report(
                fields.position,
                "a trigger is one of 'schedule', 'monitor', 'data' and 'commit'; people begin every pipeline: assay training start")
            return
        }
        if let data = fields["data"] { dataTrigger(data).map { triggers.dataSets.append($0) } }
        if let commit = fields["commit"] { commitTrigger(commit).map { triggers.commits.append($0) } }
        if let node = fields["schedule"], let text = text("schedule", in: fields) {
            guard let schedule = Self.schedule(text) else {
                report(node.position, "'schedule' is 'daily HH:MM UTC' or 'every' and a time of at least 1m, such as every 6h; '\(text)' is not")
                return
            }
            triggers.schedules.append(schedule)
        }
        guard let node = fields["monitor"], let monitor = self.fields(node, TrainingTables.monitor) else { return }
        if let node = monitor["verdict"], let verdict = text("verdict", in: monitor), verdict != "broken" {
            report(node.position, "'verdict' is broken, not '\(verdict)'")
        }
        for item in list("checks", in: monitor) ?? [] {
            guard case .scalar(let id, _) = item.content, !id.isEmpty, catalogue[id.string] == nil else { continue }
            let question = NearNames.question(for: id.string, among: catalogue.ids)
            report(item.position, "there is no check '\(id)'\(question)")
        }
        triggers.monitors.append(.init(checks: texts("checks", in: monitor) ?? []))
    }

    private mutating func dataTrigger(_ node: YAMLNode) -> TrainingPipeline.DataTrigger? {
        guard let fields = fields(node, TrainingTables.data), let name = text("name", in: fields) else { return nil }
        return .init(name: name, experiment: text("experiment", in: fields))
    }

    private mutating func commitTrigger(_ node: YAMLNode) -> TrainingPipeline.CommitTrigger? {
        guard let fields = fields(node, TrainingTables.commit) else { return nil }
        let secret = fields.has("secret") ? secret("secret", in: fields) : nil
        guard let repository = form("repository", in: fields), let branch = text("branch", in: fields) else { return nil }
        return .init(repository: repository, branch: branch, secret: secret)
    }

    private static func schedule(_ text: Text) -> TrainingSchedule? {
        let words = text.string.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        if words.count == 3, words[0] == "daily", words[2] == "UTC" {
            let parts = words[1].split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
                let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
            else { return nil }
            return .daily(minute: hour * 60 + minute)
        }
        guard words.count == 2, words[0] == "every", let time = AlertDuration.milliseconds(Text(words[1])), time >= 60_000 else { return nil }
        return .every(milliseconds: time)
    }

    /// - Parameter beginsByItself: what has triggers is bounded though nobody thought of it.
    private mutating func bounds(_ fields: Fields, beginsByItself: Bool) -> TrainingBounds {
        var bounds = beginsByItself ? TrainingBounds.byDefault : TrainingBounds()
        bounds.cooldownMilliseconds = duration("cooldown", in: fields) ?? 0
        if let count = integer("stop-after", in: fields) { bounds.stopAfter = count }
        guard let node = fields["at-most"], let text = text("at-most", in: fields) else { return bounds }
        let words = text.string.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let periods: [Text: Int64] = ["hour": 3_600_000, "day": 86_400_000, "week": 7 * 86_400_000]
        if words.count == 3, words[1] == "per", words[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int(words[0]),
            (1...TrainingBounds.countLimit).contains(count), let period = periods[Text(words[2])]
        {
            bounds.count = count
            bounds.periodMilliseconds = period
        } else {
            report(node.position, "'at-most' is a number from 1 to \(TrainingBounds.countLimit) per hour, day or week, such as 2 per day; '\(text)' is not")
        }
        return bounds
    }

    private mutating func duration(_ key: Text, in fields: Fields) -> Int64? {
        guard let node = fields[key], let text = text(key, in: fields) else { return nil }
        if let milliseconds = AlertDuration.milliseconds(text), milliseconds > 0 { return milliseconds }
        report(node.position, "'\(key)' is a whole number of s, m, h or d of at most 365 days, such as 6h, and not 0; '\(text)' is not")
        return nil
    }

    private mutating func reweighing(_ node: YAMLNode) -> TrainingPipeline.Reweighing? {
        guard let fields = fields(node, TrainingTables.reweighing) else { return nil }
        if fields.has("sensitive") == fields.has("privileged") {
            report(fields.position, "'reweigh' names the groups once: 'sensitive', a column, or 'privileged', a rule such as race=white")
        }
        let (sensitive, privileged, positive) = (
            text("sensitive", in: fields), text("privileged", in: fields), text("positive", in: fields)
        )
        guard let data = text("data", in: fields), let label = text("label", in: fields) else { return nil }
        return .init(data: data, label: label, positive: positive, sensitive: sensitive, privileged: privileged)
    }

    private mutating func promotion(_ node: YAMLNode) -> GateTarget? {
        guard let fields = fields(node, TrainingTables.promotion) else { return nil }
        guard fields.has("stage") != fields.has("alias") else {
            report(fields.position, "'promote' names one place: a 'stage' or an 'alias'")
            return nil
        }
        if let node = fields["stage"], let stage = text("stage", in: fields) {
            guard let known = (["Staging", "Production"] as [Text]).first(where: { Folding.areEqual($0, stage) }) else {
                report(node.position, "'stage' is Staging or Production, not '\(stage)'")
                return nil
            }
            return .stage(known)
        }
        return text("alias", in: fields).map { .alias($0) }
    }

    // MARK: - Starts

    private mutating func start(_ node: YAMLNode) -> TrainingStart? {
        let kind = node.scalar(named: "kind")?.string ?? ""
        guard TrainingTables.kinds.contains(kind) else {
            // The kind says which keys there are; without a good one, all that any kind has are let pass.
            if let fields = fields(node, TrainingTables.start), let node = fields["kind"], let word = text("kind", in: fields) {
                let question = NearNames.question(for: word.string, among: TrainingTables.kinds)
                let advice = question.isEmpty ? "; it is one of \(TrainingTables.kinds.joined(separator: ", "))" : question
                report(node.position, "'kind' cannot be '\(word)'\(advice)")
            }
            return nil
        }
        guard let fields = fields(node, TrainingTables.start(ofKind: kind)) else { return nil }
        switch kind {
        case "command":
            let words = (items("run", in: fields) ?? []).compactMap { text($0, what: "an item of 'run'", limit: 4_096) }
            return words.isEmpty ? nil : .command(words)
        case "mlproject": return project(fields)
        case "github":
            let url = fields.has("url") ? url(in: fields) : try? OutgoingURL("https://api.github.com")
            let repository = form("repository", in: fields)
            let (workflow, ref, token) = (identifier("workflow", in: fields), text("ref", in: fields), secret("token", in: fields))
            guard let url, let repository, let workflow, let ref, let token else { return nil }
            return .github(url: url, repository: repository, workflow: workflow, ref: ref, token: token)
        case "airflow":
            guard let url = url(in: fields), let dag = identifier("dag", in: fields), let token = secret("token", in: fields) else { return nil }
            return .airflow(url: url, dag: dag, token: token)
        case "argo":
            let (namespace, template, token) = (identifier("namespace", in: fields), identifier("template", in: fields), secret("token", in: fields))
            guard let url = url(in: fields), let namespace, let template, let token else { return nil }
            return .argo(url: url, namespace: namespace, template: template, token: token)
        default:
            let secret = secret("secret", in: fields)
            return url(in: fields).map { .webhook(url: $0, secret: secret) }
        }
    }

    private mutating func project(_ fields: Fields) -> TrainingStart? {
        var parameters: [KeyValue] = []
        for (name, node) in fields.has("parameters") ? entries("parameters", in: fields) : [] {
            guard let value = text(node, what: "the parameter '\(name)'", limit: 1_024) else { continue }
            parameters.append(KeyValue(key: name, value: value))
        }
        let entryPoint = text("entry-point", in: fields)
        let environment = word(TrainingStart.ProjectEnvironment.self, "environment", in: fields) ?? .local
        guard let uri = text("uri", in: fields) else { return nil }
        guard !uri.string.hasPrefix("-") else {
            report(fields.keyPosition("uri"), "'uri' does not begin with '-'")
            return nil
        }
        return .project(uri: uri, entryPoint: entryPoint, environment: environment, parameters: parameters)
    }

    private mutating func form(_ key: Text, in fields: Fields) -> Text? {
        guard let node = fields[key], let text = text(key, in: fields) else { return nil }
        let parts = text.string.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = parts.count == 2 && parts.allSatisfy { part in
            !part.isEmpty && part != "." && part != ".." && part.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || "._-".utf8.contains(byte)
            }
        }
        if isPlain { return text }
        report(node.position, "'\(key)' is OWNER/NAME, not '\(text)'")
        return nil
    }

    private mutating func url(in fields: Fields) -> OutgoingURL? {
        guard let node = fields["url"], let text = text(node, what: "'url'", limit: OutgoingURL.limit) else { return nil }
        do {
            return try OutgoingURL(text)
        } catch {
            // Not repeated: it may hold what is secret.
            report(node.position, "'url' is an address that begins with https:// and names a host")
            return nil
        }
    }

    /// A reference to a secret; what is written instead is not repeated, since it may be the secret.
    private mutating func secret(_ key: Text, in fields: Fields) -> Text? {
        guard let node = fields[key], let text = text(key, in: fields) else { return nil }
        if AlertRulesReader.isReference(text) { return text }
        report(
            node.position,
            "'\(key)' is secret, so it is named and not written here: env:NAME, file:PATH or vault:MOUNT/PATH#FIELD; what stands here is none of these")
        return nil
    }
}
