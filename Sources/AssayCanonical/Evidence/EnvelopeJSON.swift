package import AssayJSON
package import AssayTerms

/// An ``Envelope`` as an in-toto Statement v1, and back.
package enum EnvelopeJSON {
    package static let statementType = "https://in-toto.io/Statement/v1"
    package static let predicateType = "urn:assay:evidence:v1"
    static let engineName = "assay"

    /// The statement; members stand in the order of the documentation, parameters are sorted by name.
    package static func statement(of envelope: Envelope) -> JSONValue {
        let parameters = envelope.parameters.sorted { $0.key < $1.key }
        var predicate: JSONObject = [
            "engine": ["name": .string(engineName), "version": .string(envelope.engineVersion)],
            "computed_at": .string(envelope.computedAt),
            "provenance": .string(envelope.provenance.rawValue),
        ]
        predicate["scorer"] = envelope.scorer.map(scorer)
        predicate["build"] = envelope.build.map { build in
            .object(JSONObject(build.facts.map { ($0.name, .string($0.value.string)) }))
        }
        predicate["evaluator"] = envelope.evaluator.map { .string($0.string) }
        predicate["inputs"] = .array(envelope.inputs.map(input))
        predicate["parameters"] = .object(JSONObject(parameters.map { ($0.key.string, parameter($0.value)) }))
        predicate["results"] = .array(envelope.results.map(result))
        return [
            "_type": .string(statementType),
            "subject": .array(
                envelope.subjects.map { ["name": .string($0.name.string), "digest": digest($0.digest)] }),
            "predicateType": .string(predicateType),
            "predicate": .object(predicate),
        ]
    }

    private static func scorer(_ origin: ScorerOrigin) -> JSONValue {
        let libraries = origin.libraries.sorted { $0.key < $1.key }
        return [
            "kind": "foreign", "loader": .string(origin.loader), "python": .string(origin.python),
            "libraries": .object(JSONObject(libraries.map { ($0.key.string, .string($0.value.string)) })),
            "confinement": .array(origin.confinement.map { .string($0.string) }),
        ]
    }

    /// The statement with `results` (and `rows`, where there are some) repeated at the top level, so that
    /// programs read them without knowing in-toto.
    package static func commandLineValue(of envelope: Envelope, rows: JSONValue? = nil) -> JSONValue {
        var value = statement(of: envelope)
        guard case .object(var object) = value else { return value }
        object["results"] = .array(envelope.results.map(result))
        object["rows"] = rows
        value = .object(object)
        return value
    }

    static func digest(_ digest: SHA256Digest) -> JSONValue { ["sha256": .string(digest.hex)] }

    private static func input(_ input: Envelope.Input) -> JSONValue {
        var object: JSONObject = [
            "role": .string(input.role), "name": .string(input.name.string), "digest": digest(input.digest),
        ]
        object["rows"] = input.rows.map { .integer(Int64($0)) }
        return .object(object)
    }

    static func parameter(_ parameter: Envelope.Parameter) -> JSONValue {
        switch parameter {
        case .text(let text): .string(text.string)
        case .number(let value): .number(value)
        case .integer(let value): .integer(value)
        case .flag(let flag): .bool(flag)
        case .list(let list): .array(list.map(Self.parameter))
        case .object(let members):
            .object(
                JSONObject(members.sorted { $0.key < $1.key }.map { ($0.key.string, Self.parameter($0.value)) }))
        }
    }

    /// One result. A value that is not finite is written as undefined: never as NaN text, never as 0.
    package static func result(_ result: CheckResult) -> JSONValue {
        var object: JSONObject = ["id": .string(result.id), "definition": .integer(Int64(result.definition))]
        object["column"] = result.column.map { .string($0.string) }
        object["privileged"] = result.privileged.map { .string($0) }
        if !result.options.isEmpty {
            let options = result.options.sorted { $0.key < $1.key }
            object["options"] = .object(JSONObject(options.map { ($0.key.string, .string($0.value.string)) }))
        }
        object["value"] = number(result.value)
        object["interval"] = interval(result.interval)
        object["convention"] = .string(result.convention.rawValue)
        object["direction"] = .string(result.direction.rawValue)
        object["kind"] = .string(result.kind.rawValue)
        object["measure"] = result.measure.map { .string($0) }
        object["groups"] = .array(result.groups.map(group))
        object["rows"] = .integer(Int64(result.rows))
        object["excluded"] = excluded(result.excluded)
        object["undefined"] = undefined(result)
        if !result.details.isEmpty { object["details"] = details(result.details) }
        return .object(object)
    }

    /// Sorted by name.
    static func details(_ details: [Text: Envelope.Parameter]) -> JSONValue {
        .object(JSONObject(details.sorted { $0.key < $1.key }.map { ($0.key.string, parameter($0.value)) }))
    }

    private static func undefined(_ result: CheckResult) -> JSONValue {
        if let reason = result.undefined { return .string(reason) }
        guard let value = result.value else { return "no reason was given" }
        return value.isFinite ? .null : "the value is not a finite number"
    }

    static func number(_ value: Double?) -> JSONValue {
        guard let value, value.isFinite else { return .null }
        return .number(value)
    }

    static func interval(_ interval: Interval?) -> JSONValue {
        guard let interval else { return .null }
        return [
            "low": number(interval.low), "high": number(interval.high), "level": number(interval.level),
            "method": .string(interval.method), "seed": seed(interval.seed),
        ]
    }

    /// A seed beyond 2^53 − 1 is written as text, because other readers would round it.
    private static func seed(_ seed: UInt64) -> JSONValue {
        seed < 1 << 53 ? .integer(Int64(seed)) : .string(String(seed))
    }

    static func group(_ group: CheckResult.Group) -> JSONValue {
        var object: JSONObject = [
            "group": .string(group.group.string), "count": .integer(Int64(group.count)), "value": number(group.value),
        ]
        if group.interval != nil { object["interval"] = interval(group.interval) }
        return .object(object)
    }

    static func excluded(_ excluded: CheckResult.Excluded) -> JSONValue {
        [
            "missing_group": .integer(Int64(excluded.missingGroup)),
            "missing_label": .integer(Int64(excluded.missingLabel)),
            "missing_prediction": .integer(Int64(excluded.missingPrediction)),
        ]
    }
}
