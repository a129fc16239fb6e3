import AssayCanonical
import AssayJSON
package import AssayTerms

extension Policy {
    /// The policy's canonical text: RFC 8785 JSON in the policy language itself, so that `PolicyReader` reads it back to
    /// an equal policy. Strings, booleans and whole numbers only; limits stand as they were written.
    package var canonicalText: [UInt8] {
        guard let text = try? json.canonicalBytesWithoutFractions(of: "a policy") else {
            preconditionFailure("a policy holds text, booleans and small whole numbers only")
        }
        return text
    }

    /// SHA-256 of the canonical text: what approvals and decisions name the policy by.
    package var digest: SHA256Digest { SHA256Hasher.digest(of: canonicalText) }

    private var json: JSONValue {
        var object: JSONObject = [
            "assay": .string(Self.format), "name": .string(name.string), "version": .string(version.string),
            "applies-to": scope.json, "accept": .array(accept.map { .string($0.rawValue) }),
            "checks": .array(checks.map(\.json) + declared.map(\.json)), "approvals": .array(approvals.map(\.json)),
            "separation-of-duties": .bool(separatesDuties),
            "approvals-expire-after-days": .integer(Int64(approvalDays)),
        ]
        // Absent where there are none, so that digests made before there were evaluators and documents stay what they are.
        if !evaluators.isEmpty { object["evaluators"] = .array(evaluators.map { .string($0.string) }) }
        object["fresh-within-days"] = freshDays.map { .integer(Int64($0)) }
        if !records.isEmpty { object["records"] = .array(records.map { .string($0.string) }) }
        if !monitoring.isEmpty { object["monitoring"] = .array(monitoring.map(\.json)) }
        object["shadow"] = shadow?.json
        if serving != ServingRules() { object["serving"] = serving.json }
        if blockingFindings != Self.defaultBlockingFindings {
            object["blocking-findings"] = .array(blockingFindings.map { .string($0.rawValue) })
        }
        if !documents.isEmpty { object["documents"] = .array(documents.map { .string($0.rawValue) }) }
        if !mutations.isEmpty { object["mutations"] = .array(mutations.map(\.json)) }
        object["description"] = description.map { .string($0.string) }
        object["data"] = data?.json
        if let extends {
            object["extends"] = .string(extends.title)
            object["extends-digest"] = .string(extends.digest.hex)
        }
        return .object(object)
    }
}

extension PolicyScope {
    fileprivate var json: JSONValue {
        var object: JSONObject = [
            "models": .array(models.map { .string($0.string) }), "tiers": .array(tiers.map { .string($0.rawValue) }),
            "stages": .array(stages.map { .string($0.string) }), "aliases": .array(aliases.map { .string($0.string) }),
            "registration": .bool(registration),
        ]
        if retirement { object["retirement"] = true }
        return .object(object)
    }
}

extension PolicyData {
    var json: JSONValue {
        var object: JSONObject = [:]
        switch dataset {
        case .logged(let path): object["dataset"] = .string(path.string)
        case .pinned(let name, let digest): object["dataset"] = .string("\(name)@\(digest)")
        case nil: break
        }
        switch predictions {
        case .fromModel: object["predictions"] = "from-model"
        case .dataset: object["predictions"] = "dataset"
        case .artifact(let path): object["predictions"] = .string("artifact:\(path)")
        }
        let columns: [(String, Text?)] = [
            ("label", label), ("prediction", prediction), ("score", score), ("positive", positive), ("weight", weight),
            ("rows", rows),
        ]
        if !scores.isEmpty {
            object["scores"] = .object(JSONObject(scores.map { ($0.name.string, .string($0.column.string)) }))
        }
        object["thresholds"] = thresholds.map { .string("\($0.name)@\($0.digest)") }
        object["thresholds-key"] = thresholdsKey.map { .string($0.string) }
        object["reference"] = reference.map { .string("\($0.name)@\($0.digest)") }
        for (key, column) in columns { object[key] = column.map { .string($0.string) } }
        return .object(object)
    }
}

extension PolicyCheck {
    fileprivate var json: JSONValue {
        var object: JSONObject = [
            "id": .string(id), "judge": .string(judge.rawValue), "min-group": .integer(Int64(minimumGroup)),
        ]
        object["column"] = column.map { .string($0.string) }
        object["privileged"] = privileged.map { .string($0.string) }
        if !isWaivable { object["waivable"] = false }
        object["slice"] = slice.map { .string($0.string) }
        object["for-each"] = forEach.map { .string($0.string) }
        object["fresh-within-days"] = freshDays.map { .integer(Int64($0)) }
        object["where"] = place.map { .string($0.rawValue) }
        for (name, value) in options { object[name.string] = .string(value.string) }
        limit.add(to: &object)
        if let against {
            object["against"] = .string(against.text.string)
            object["if-none"] = .string(withoutBaseline.rawValue)
        }
        return .object(object)
    }
}

extension PolicyMonitor {
    fileprivate var json: JSONValue {
        var object = check.json.object ?? [:]
        object["window"] = .string(window.text.string)
        object["alert"] = .array(alert.map { .string($0.string) })
        object["anytime"] = anytime.map { .string($0.string) }
        object["range"] = range.map { .string($0.string) }
        return .object(object)
    }
}

extension PolicyShadow {
    fileprivate var json: JSONValue {
        func limited(_ limit: Limit) -> JSONValue {
            var object: JSONObject = [:]
            limit.add(to: &object)
            object["abs"] = nil
            return .object(object)
        }
        var object: JSONObject = [
            "predictions": .integer(Int64(predictions)), "judge": .string(judge.rawValue), "if-none": .string(withoutBaseline.rawValue),
        ]
        object["agreement"] = agreement.map(limited)
        object["errors"] = errors.map(limited)
        return .object(object)
    }
}

extension DeclaredCheck {
    fileprivate var json: JSONValue {
        var object: JSONObject = ["id": .string(kind.rawValue), "name": .string(name.string)]
        switch demand {
        case .present: break
        case .words(let words): object["in"] = .array(words.map { .string($0.string) })
        case .limit(let limit): limit.add(to: &object)
        }
        return .object(object)
    }
}

extension Limit {
    fileprivate func add(to object: inout JSONObject) {
        switch shape {
        case .range(let lower, let upper):
            if let lower { object[lower.isInclusive ? "min" : "above"] = .string(lower.text) }
            if let upper { object[upper.isInclusive ? "max" : "below"] = .string(upper.text) }
            object["abs"] = .bool(usesMagnitude)
        case .drop(_, let text, _): object["max-drop"] = .string(text)
        }
    }
}

extension MutationRule {
    fileprivate var json: JSONValue {
        var object: JSONObject = ["role": .string(role.string), "type": .string(resource.rawValue)]
        object["request"] = request.map { .string($0.text.string) }
        object["resource"] = present.map { .string($0.text.string) }
        return .object(object)
    }
}

extension ApprovalRule {
    fileprivate var json: JSONValue {
        var object: JSONObject = [:]
        object["role"] = role.map { .string($0.string) }
        switch quorum {
        case .count(let count): object["count"] = .integer(Int64(count))
        case .majority: object["vote"] = "majority"
        }
        return .object(object)
    }
}
