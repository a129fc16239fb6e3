import AssayColumns
import AssayData
import AssayForeign
package import AssayJSON
package import AssayTerms

/// An evidence job as JSON and back, and a worker's answer.
///
/// ```json
/// {"job": "assay/evidence/v1", "computed_at": "…", "data": {"name": "eval/holdout.parquet", "descriptor": 3},
///  "model": [{"name": "MLmodel", "descriptor": 4}], "outcome": "prediction", "label": "approve", "cutoff": 0.5, "seed": "0",
///  "checks": [{"id": "fairness.demographic_parity_difference", "column": "race"}], "subjects": […], "inputs": […]}
/// ```
package enum EvidenceJobJSON {
    static let kind = "assay/evidence/v1"

    package static func value(of job: EvidenceJob) -> JSONValue {
        let request = job.request
        var object: JSONObject = [
            "job": .string(kind), "computed_at": .string(job.computedAt), "data": file(request.data),
            "outcome": .string(request.outcome.rawValue), "cutoff": .number(request.cutoff),
            "seed": .string(String(request.seed)), "checks": .array(request.checks.map(check)),
            "subjects": .array(
                request.subjects.map { ["name": .string($0.name.string), "sha256": .string($0.digest.hex)] }),
            "inputs": .array(request.inputs.map(input)),
        ]
        object["model"] = job.model.map { .array($0.map(file)) }
        object["reference"] = job.reference.map(file)
        object["foreign"] = job.foreign.map {
            ["requests": .integer(Int64($0.requests)), "answers": .integer(Int64($0.answers)), "folder": .string($0.folder)]
        }
        let texts: [(String, Text?)] = [
            ("label", request.label), ("prediction", request.prediction), ("score", request.score),
            ("positive", request.positive), ("weight", request.weight), ("rows", request.rows),
            ("missing_group", request.missingGroup),
            ("against_prediction", request.againstPrediction), ("against_score", request.againstScore),
        ]
        for (name, text) in texts { object[name] = text.map { .string($0.string) } }
        object["task"] = request.task.map { .string($0.rawValue) }
        if !request.classScores.isEmpty {
            object["class_scores"] = .array(
                request.classScores.map { ["class": .string($0.name.string), "column": .string($0.column.string)] })
        }
        if let thresholds = request.thresholds {
            var member: JSONObject = ["document": thresholds.document.json, "sha256": .string(thresholds.digest.hex)]
            member["key"] = thresholds.key.map { .string($0.string) }
            object["thresholds"] = .object(member)
        }
        if !request.labels.isEmpty { object["labels"] = list(request.labels) }
        if !request.predictions.isEmpty { object["predictions"] = list(request.predictions) }
        if request.curves { object["curves"] = .bool(true) }
        if !request.control.isEmpty { object["control"] = list(request.control) }
        object["missing"] = request.missingWords.map(list)
        let types = request.schema.types.sorted { $0.key < $1.key }
        object["schema"] = .array(
            types.map { ["column": .string($0.key.string), "type": .string($0.value.rawValue)] })
        return .object(object)
    }

    private static func list(_ texts: [Text]) -> JSONValue { .array(texts.map { .string($0.string) }) }

    /// None where the member is absent.
    private static func texts(_ value: JSONValue, _ name: String) throws(AssayError) -> [Text] {
        guard value[name] != nil else { return [] }
        var texts: [Text] = []
        for item in try array(value, name) {
            guard let text = item.string else { throw error(name, "must hold strings") }
            texts.append(Text(text))
        }
        return texts
    }

    private static func file(_ file: DataFile) -> JSONValue {
        switch file.source {
        case .path(let path): ["name": .string(file.name.string), "path": .string(path)]
        case .descriptor(let number): ["name": .string(file.name.string), "descriptor": .integer(Int64(number))]
        }
    }

    private static func input(_ input: Envelope.Input) -> JSONValue {
        var object: JSONObject = [
            "role": .string(input.role), "name": .string(input.name.string), "sha256": .string(input.digest.hex),
        ]
        object["rows"] = input.rows.map { .integer(Int64($0)) }
        return .object(object)
    }

    private static func check(_ check: CheckRequest) -> JSONValue {
        var object: JSONObject = ["id": .string(check.id)]
        object["column"] = check.column.map { .string($0.string) }
        object["where"] = check.place.map { .string($0.rawValue) }
        if !check.crossed.isEmpty { object["crossed"] = list(check.crossed) }
        object["privileged"] = check.privileged.map {
            [
                "column": .string($0.column.string), "comparison": .string($0.comparison.rawValue),
                "value": .string($0.value.string),
            ]
        }
        if !check.options.isEmpty {
            let options = check.options.sorted { $0.key < $1.key }
            object["options"] = .object(JSONObject(options.map { ($0.key.string, .string($0.value.string)) }))
        }
        return .object(object)
    }

    /// - Throws: `unreadable` naming the member that is not as it should be.
    package static func job(from value: JSONValue) throws(AssayError) -> EvidenceJob {
        guard try text(value, "job") == kind else { throw error("job", "must be \(kind)") }
        var checks: [CheckRequest] = []
        for item in try array(value, "checks") {
            checks.append(
                CheckRequest(
                    id: try text(item, "id"), column: try optionalText(item, "column"),
                    privileged: try item["privileged"].map(rule),
                    place: try item["where"] == nil ? nil : word(item, "where"), options: try options(item),
                    crossed: try texts(item, "crossed")))
        }
        guard let data = value["data"] else { throw error("data", "is missing") }
        var request = EvidenceRequest(data: try file(data), checks: checks)
        request.outcome = try word(value, "outcome")
        if value["task"] != nil { request.task = try word(value, "task") }
        request.control = try texts(value, "control")
        if value["class_scores"] != nil {
            for item in try array(value, "class_scores") {
                request.classScores.append(
                    ClassColumn(name: Text(try text(item, "class")), column: Text(try text(item, "column"))))
            }
        }
        if let thresholds = value["thresholds"] {
            guard let document = thresholds["document"] else { throw error("document", "is missing") }
            request.thresholds = ThresholdDecisions(
                document: try ThresholdDocument(json: document.bytes(), name: "the job"), digest: try digest(thresholds),
                key: try optionalText(thresholds, "key"))
        }
        request.labels = try texts(value, "labels")
        request.predictions = try texts(value, "predictions")
        request.curves = value["curves"] == .bool(true)
        request.label = try optionalText(value, "label")
        request.prediction = try optionalText(value, "prediction")
        request.score = try optionalText(value, "score")
        request.againstPrediction = try optionalText(value, "against_prediction")
        request.againstScore = try optionalText(value, "against_score")
        request.positive = try optionalText(value, "positive")
        request.weight = try optionalText(value, "weight")
        request.rows = try optionalText(value, "rows")
        request.missingGroup = try optionalText(value, "missing_group")
        guard let cutoff = value["cutoff"]?.number else { throw error("cutoff", "must be a number") }
        request.cutoff = cutoff
        guard let seed = UInt64(try text(value, "seed")) else { throw error("seed", "must be a seed") }
        request.seed = seed
        if value["missing"] != nil { request.missingWords = try texts(value, "missing") }
        for item in try array(value, "schema") {
            request.schema.types[Text(try text(item, "column"))] = try word(item, "type")
        }
        for item in try array(value, "subjects") {
            request.subjects.append(
                Envelope.Subject(name: Text(try text(item, "name")), digest: try digest(item)))
        }
        for item in try array(value, "inputs") {
            request.inputs.append(
                Envelope.Input(
                    role: try text(item, "role"), name: Text(try text(item, "name")), digest: try digest(item),
                    rows: item["rows"]?.integer.flatMap { Int(exactly: $0) }))
        }
        var model: [DataFile]?
        if value["model"] != nil {
            var files: [DataFile] = []
            for item in try array(value, "model") { files.append(try file(item)) }
            model = files
        }
        var job = EvidenceJob(
            request: request, model: model, reference: try value["reference"].map(file), computedAt: try text(value, "computed_at"))
        job.foreign = try value["foreign"].map(handle)
        return job
    }

    private static func handle(_ value: JSONValue) throws(AssayError) -> ForeignHandle {
        func descriptor(_ name: String) throws(AssayError) -> Int32 {
            guard let number = value[name]?.integer.flatMap({ Int32(exactly: $0) }), number > 2 else {
                throw error(name, "must be a descriptor")
            }
            return number
        }
        return ForeignHandle(requests: try descriptor("requests"), answers: try descriptor("answers"), folder: try text(value, "folder"))
    }

    private static func file(_ value: JSONValue) throws(AssayError) -> DataFile {
        let name = Text(try text(value, "name"))
        if let number = value["descriptor"]?.integer.flatMap({ Int32(exactly: $0) }), number >= 0 {
            return DataFile(source: .descriptor(number), name: name)
        }
        return DataFile(source: .path(try text(value, "path")), name: name)
    }

    private static func rule(_ value: JSONValue) throws(AssayError) -> PrivilegedRule {
        PrivilegedRule(
            column: Text(try text(value, "column")), comparison: try word(value, "comparison"),
            value: Text(try text(value, "value")))
    }

    private static func options(_ value: JSONValue) throws(AssayError) -> [Text: Text] {
        guard let member = value["options"] else { return [:] }
        guard let object = member.object else { throw error("options", "must be an object") }
        var options: [Text: Text] = [:]
        for (name, _) in object.members { options[Text(name)] = Text(try text(member, name)) }
        return options
    }

    private static func digest(_ value: JSONValue) throws(AssayError) -> SHA256Digest {
        guard let digest = SHA256Digest(hex: try text(value, "sha256")) else {
            throw error("sha256", "must be 64 hexadecimal digits")
        }
        return digest
    }

    private static func text(_ value: JSONValue, _ name: String) throws(AssayError) -> String {
        guard let text = value[name]?.string else { throw error(name, "must be a string") }
        return text
    }

    private static func optionalText(_ value: JSONValue, _ name: String) throws(AssayError) -> Text? {
        value[name] == nil ? nil : Text(try text(value, name))
    }

    private static func array(_ value: JSONValue, _ name: String) throws(AssayError) -> [JSONValue] {
        guard let array = value[name]?.array else { throw error(name, "must be an array") }
        return array
    }

    private static func word<Word: RawRepresentable>(
        _ value: JSONValue, _ name: String
    ) throws(AssayError) -> Word where Word.RawValue == String {
        guard let word = Word(rawValue: try text(value, name)) else { throw error(name, "is not a known word") }
        return word
    }

    private static func error(_ name: String, _ expectation: String) -> AssayError {
        AssayError(.unreadable, "the evidence job cannot be read: '\(name)' \(expectation)")
    }
}
