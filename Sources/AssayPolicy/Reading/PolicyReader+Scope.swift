import AssayTerms

extension PolicyScope {
    /// What the registry protects when nothing else is said: the stage Production and the three usual aliases.
    package static let everyProtectedPlace = PolicyScope(
        stages: ["Production"], aliases: ["champion", "production", "prod"])
}

extension PolicyReader {
    mutating func scope(_ node: YAMLNode) -> PolicyScope? {
        guard let fields = fields(node, PolicyTables.scope) else { return nil }
        var scope = PolicyScope()
        if let models = texts("models", in: fields) { scope.models = models }
        if let tiers = words(Tier.self, "tiers", in: fields) {
            scope.tiers = Tier.allCases.filter(tiers.contains)
            if tiers.contains(.prohibited) {
                report(fields.keyPosition("tiers"), "a prohibited use passes no gate, so no policy can select it")
            }
        }
        for item in list("stages", in: fields) ?? [] {
            guard let text = text(item, what: "an item of 'stages'") else { continue }
            guard let stage = PolicyTables.stages.first(where: { $0.lowercased() == text.string.lowercased() }) else {
                let advice = PolicyTables.stages.joined(separator: ", ")
                report(item.position, "there is no stage '\(text)'; a gate stands before \(advice)")
                continue
            }
            if scope.stages.contains(Text(stage)) {
                report(item.position, "'\(stage)' stands in 'stages' twice")
            } else {
                scope.stages.append(Text(stage))
            }
        }
        if let aliases = texts("aliases", in: fields) { scope.aliases = aliases }
        if let registration = boolean("registration", in: fields) { scope.registration = registration }
        if let retirement = boolean("retirement", in: fields) { scope.retirement = retirement }
        if !["stages", "aliases", "registration", "retirement"].contains(where: { fields.has($0) }) {
            scope.stages = PolicyScope.everyProtectedPlace.stages
            scope.aliases = PolicyScope.everyProtectedPlace.aliases
        } else if scope.stages.isEmpty, scope.aliases.isEmpty, !scope.registration, !scope.retirement {
            report(node.position, "'applies-to' selects no change: it needs a stage, an alias, 'registration: true' or 'retirement: true'")
        }
        return scope
    }

    mutating func data(_ node: YAMLNode) -> PolicyData? {
        guard let fields = fields(node, PolicyTables.data) else { return nil }
        var data = PolicyData()
        if let node = fields["dataset"] { data.dataset = dataset(node) }
        if let node = fields["reference"] { data.reference = bound(node, "reference", "a profile") }
        if let node = fields["thresholds"] { data.thresholds = bound(node, "thresholds", "a file of thresholds") }
        data.thresholdsKey = text("thresholds-key", in: fields)
        if data.thresholdsKey != nil, !fields.has("thresholds") {
            report(node.position, "'thresholds-key' belongs to 'thresholds'")
        }
        if fields.has("thresholds"), fields.has("prediction") {
            report(node.position, "'thresholds' decide from scores, and 'prediction' names decisions; leave one of the two out")
        }
        data.label = text("label", in: fields)
        data.prediction = text("prediction", in: fields)
        data.score = text("score", in: fields)
        data.positive = text("positive", in: fields)
        data.weight = text("weight", in: fields)
        data.rows = text("rows", in: fields)
        if let node = fields["rows"], let rows = data.rows, let problem = catalogue?.problemOfRows(rows) { report(node.position, problem) }
        if let node = fields["scores"] { data.scores = scores(node) }
        if fields.has("scores"), fields.has("score") || fields.has("positive") || fields.has("thresholds") {
            report(
                node.position,
                "'scores' are of several classes, and 'score', 'positive' and 'thresholds' of one label against the rest; leave one side out")
        }
        let namesColumns = fields.has("prediction") || fields.has("score") || fields.has("scores")
        if let node = fields["predictions"] {
            if let source = predictions(node) { data.predictions = source }
        } else if namesColumns {
            data.predictions = .dataset
        }
        if data.predictions == .fromModel, namesColumns {
            report(
                node.position,
                "'prediction' and 'score' name columns of a file, but the predictions come from the model; leave them out"
            )
        }
        // Of a data set alone a policy may ask what needs no prediction; checks that do need one say so.
        if case .artifact = data.predictions, !namesColumns {
            report(node.position, "predictions from a file need 'prediction' or 'score': the columns that hold them")
        }
        return data
    }

    private mutating func dataset(_ node: YAMLNode) -> PolicyData.Dataset? {
        guard let text = text(node, what: "'dataset'", limit: PolicyTables.longTextLimit) else { return nil }
        let parts = text.string.split(separator: "@", omittingEmptySubsequences: false)
        if parts.count == 2, parts[1].hasPrefix("sha256:") {
            guard let (name, digest) = Self.pinned(text) else {
                report(node.position, "a registered data set is NAME@sha256: and 64 hexadecimal digits in lower case")
                return nil
            }
            return .pinned(name: name, digest: digest)
        }
        return path(text, at: node.position, what: "'dataset'").map { .logged(path: $0) }
    }

    private mutating func scores(_ node: YAMLNode) -> [PolicyData.ClassScores] {
        guard case .mapping(let entries) = node.content, entries.count > 1 else {
            report(node.position, "'scores' is a mapping of two classes or more to the columns of their scores, {low: p_low, high: p_high}")
            return []
        }
        var scores: [PolicyData.ClassScores] = []
        for entry in entries {
            guard let column = text(entry.value, what: "the column of class '\(entry.key)'") else { continue }
            if scores.contains(where: { $0.column == column }) {
                report(entry.value.position, "column '\(column)' stands in 'scores' twice")
            }
            scores.append(PolicyData.ClassScores(name: entry.key, column: column))
        }
        return scores.sorted { $0.name < $1.name }
    }

    private mutating func bound(_ node: YAMLNode, _ key: String, _ what: String) -> PolicyData.Reference? {
        guard let text = text(node, what: "'\(key)'", limit: PolicyTables.longTextLimit) else { return nil }
        guard let (name, digest) = Self.pinned(text) else {
            report(
                node.position,
                "'\(key)' binds \(what) by its digest, NAME@sha256: and 64 hexadecimal digits in lower case (sha256sum prints them); '\(text)' does not"
            )
            return nil
        }
        return PolicyData.Reference(name: name, digest: digest)
    }

    /// `NAME@sha256:…`; `nil` for anything else.
    private static func pinned(_ text: Text) -> (name: Text, digest: SHA256Digest)? {
        let parts = text.string.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[1].hasPrefix("sha256:"),
            let digest = SHA256Digest(hex: String(parts[1].dropFirst("sha256:".count)))
        else { return nil }
        return (Text(String(parts[0])), digest)
    }

    private mutating func predictions(_ node: YAMLNode) -> PolicyData.Predictions? {
        guard let text = text(node, what: "'predictions'", limit: PolicyTables.longTextLimit) else { return nil }
        if text == "from-model" { return .fromModel }
        if text == "dataset" { return .dataset }
        if text.string.hasPrefix("artifact:") {
            let path = Text(String(text.string.dropFirst("artifact:".count)))
            return self.path(path, at: node.position, what: "'predictions'").map { .artifact(path: $0) }
        }
        report(node.position, "'predictions' is from-model, dataset or artifact:PATH, not '\(text)'")
        return nil
    }

    /// A path among a model's artifacts.
    private mutating func path(_ text: Text, at position: SourcePosition, what: String) -> Text? {
        let parts = text.string.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }), !text.string.contains("\\") else {
            report(
                position,
                "\(what) is a path among the model's artifacts, such as eval/holdout.parquet; '\(text)' is not")
            return nil
        }
        if parts.last?.lowercased().hasSuffix(".json") == true {
            report(
                position,
                "\(what) is a JSON table, which rounds and retypes values; log it as Parquet (mlflow.log_table(df, \"eval/holdout.parquet\"))"
            )
            return nil
        }
        return text
    }
}
