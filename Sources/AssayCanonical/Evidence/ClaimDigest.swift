package import AssayJSON
package import AssayTerms

/// What evidence claims, without when, where and by which build it was computed.
///
/// Two computations with the same answer have the same claim digest, so a re-run voids no approval, and an
/// upgrade only where a definition's version or an answer changed.
package enum Claim {
    /// The digest of ``json(of:)`` in canonical form.
    ///
    /// - Throws: `invalidArgument` if a parameter is no finite number or an integer beyond 2^53 − 1.
    package static func digest(of envelope: Envelope) throws(AssayError) -> SHA256Digest {
        SHA256Hasher.digest(of: try json(of: envelope).canonicalBytes())
    }

    /// The claim itself: subjects and inputs by digest and role, the parameters, the provenance, and of each result
    /// its check, definition, column, privileged group, value, interval, groups, counts and details.
    ///
    /// Left out beside time and engine: names of subjects and inputs, which are labels; convention, direction and
    /// kind, which follow from the definition; the wording of why a value is undefined. Order does not matter.
    package static func json(of envelope: Envelope) throws(AssayError) -> JSONValue {
        var subjects: [JSONValue] = []
        for subject in envelope.subjects { subjects.append(.string(subject.digest.hex)) }
        var inputs: [JSONValue] = []
        for input in envelope.inputs {
            var object: JSONObject = ["role": .string(input.role), "digest": .string(input.digest.hex)]
            object["rows"] = input.rows.map { .integer(Int64($0)) }
            inputs.append(.object(object))
        }
        return [
            "claim": "urn:assay:claim:v1",
            "subjects": .array(try sorted(subjects)),
            "inputs": .array(try sorted(inputs)),
            "parameters": .object(
                JSONObject(envelope.parameters.map { ($0.key.string, EnvelopeJSON.parameter($0.value)) })),
            "provenance": .string(envelope.provenance.rawValue),
            "results": .array(try sorted(envelope.results.map(result))),
        ]
    }

    private static func result(_ result: CheckResult) -> JSONValue {
        var object: JSONObject = [
            "id": .string(result.id),
            "definition": .integer(Int64(result.definition)),
            "column": result.column.map { .string($0.string) } ?? .null,
            "privileged": result.privileged.map { .string($0) } ?? .null,
            "value": EnvelopeJSON.number(result.value),
            "interval": EnvelopeJSON.interval(result.interval),
            "groups": .array(result.groups.sorted { $0.group < $1.group }.map(EnvelopeJSON.group)),
            "rows": .integer(Int64(result.rows)),
            "excluded": EnvelopeJSON.excluded(result.excluded),
        ]
        // Absent where there are none, so that digests made before there were details stay what they are.
        if !result.details.isEmpty { object["details"] = EnvelopeJSON.details(result.details) }
        return .object(object)
    }

    private static func sorted(_ values: [JSONValue]) throws(AssayError) -> [JSONValue] {
        var keyed: [(bytes: [UInt8], value: JSONValue)] = []
        for value in values { keyed.append((try value.canonicalBytes(), value)) }
        return keyed.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }.map(\.value)
    }
}
