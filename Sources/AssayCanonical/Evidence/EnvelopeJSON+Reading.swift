package import AssayJSON
package import AssayTerms

extension EnvelopeJSON {
    /// Reads a statement back.
    ///
    /// - Throws: `unreadable` naming the member that is missing or not as it should be.
    package static func envelope(from statement: JSONValue) throws(AssayError) -> Envelope {
        let statement = Reader(value: statement, path: "statement")
        guard try statement["_type"].text() == statementType else {
            throw statement["_type"].error("must be \(statementType)")
        }
        guard try statement["predicateType"].text() == predicateType else {
            throw statement["predicateType"].error("must be \(predicateType)")
        }
        let predicate = statement["predicate"]
        var subjects: [Envelope.Subject] = []
        for subject in try statement["subject"].elements() {
            subjects.append(Envelope.Subject(name: Text(try subject["name"].text()), digest: try subject.digest()))
        }
        var inputs: [Envelope.Input] = []
        for input in try predicate["inputs"].elements() {
            inputs.append(
                Envelope.Input(
                    role: try input["role"].text(), name: Text(try input["name"].text()), digest: try input.digest(),
                    rows: input["rows"].isAbsent ? nil : try input["rows"].count()))
        }
        var parameters: [Text: Envelope.Parameter] = [:]
        guard case .object(let object) = predicate["parameters"].value else {
            throw predicate["parameters"].error("must be an object")
        }
        for member in object.members {
            let reader = Reader(value: member.value, path: "parameters.\(member.name)")
            parameters[Text(member.name)] = try parameter(reader)
        }
        var results: [CheckResult] = []
        for element in try predicate["results"].elements() { results.append(try result(element)) }
        var envelope = Envelope(
            subjects: subjects, engineVersion: try predicate["engine"]["version"].text(),
            computedAt: try predicate["computed_at"].text(), provenance: try predicate["provenance"].word(),
            inputs: inputs, parameters: parameters, results: results)
        envelope.scorer = try scorer(predicate["scorer"])
        envelope.build = try build(predicate["build"])
        envelope.evaluator = try predicate["evaluator"].textOrAbsent().map { Text($0) }
        return envelope
    }

    private static func build(_ reader: Reader) throws(AssayError) -> BuildOrigin? {
        if reader.isAbsent { return nil }
        func text(_ name: String) throws(AssayError) -> Text? { try reader[name].textOrAbsent().map { Text($0) } }
        return try BuildOrigin(
            repository: try text("repository"), commit: try text("commit"), image: try text("image"), run: try text("run"),
            workflow: try text("workflow"))
    }

    private static func scorer(_ reader: Reader) throws(AssayError) -> ScorerOrigin? {
        if reader.isAbsent { return nil }
        guard let object = reader["libraries"].value?.object else { throw reader["libraries"].error("must be an object") }
        var libraries: [Text: Text] = [:]
        for (name, _) in object.members { libraries[Text(name)] = Text(try reader["libraries"][name].text()) }
        var confinement: [Text] = []
        for step in try reader["confinement"].elements() { confinement.append(Text(try step.text())) }
        return ScorerOrigin(
            loader: try reader["loader"].text(), python: try reader["python"].text(), libraries: libraries, confinement: confinement)
    }

    /// Reads one result back.
    ///
    /// - Throws: `unreadable` naming the member that is missing or not as it should be.
    package static func result(from value: JSONValue) throws(AssayError) -> CheckResult {
        try result(Reader(value: value, path: "result"))
    }

    private static func result(_ reader: Reader) throws(AssayError) -> CheckResult {
        var groups: [CheckResult.Group] = []
        for group in try reader["groups"].elements() {
            groups.append(
                CheckResult.Group(
                    group: Text(try group["group"].text()), count: try group["count"].count(),
                    value: try group["value"].numberOrNull(), interval: try interval(group["interval"])))
        }
        let excluded = reader["excluded"]
        let descriptor = CheckDescriptor(
            id: try reader["id"].text(), definition: try reader["definition"].count(),
            convention: try reader["convention"].word(), direction: try reader["direction"].word(),
            kind: try reader["kind"].word(), needs: [], sentence: "", source: "")
        var read = CheckResult(
            descriptor: descriptor, column: try reader["column"].textOrAbsent().map { Text($0) },
            privileged: try reader["privileged"].textOrAbsent(), options: try options(reader["options"]), value: try reader["value"].numberOrNull(),
            interval: try interval(reader["interval"]), measure: try reader["measure"].textOrAbsent(), groups: groups,
            rows: try reader["rows"].count(),
            excluded: CheckResult.Excluded(
                missingGroup: try excluded["missing_group"].countOrZero(),
                missingLabel: try excluded["missing_label"].countOrZero(),
                missingPrediction: try excluded["missing_prediction"].countOrZero()),
            undefined: try reader["undefined"].textOrAbsent())
        read.details = try details(reader["details"])
        return read
    }

    private static func details(_ reader: Reader) throws(AssayError) -> [Text: Envelope.Parameter] {
        if reader.isAbsent { return [:] }
        guard let object = reader.value?.object else { throw reader.error("must be an object") }
        var details: [Text: Envelope.Parameter] = [:]
        for (name, _) in object.members { details[Text(name)] = try parameter(reader[name]) }
        return details
    }

    private static func options(_ reader: Reader) throws(AssayError) -> [Text: Text] {
        if reader.isAbsent { return [:] }
        guard let object = reader.value?.object else { throw reader.error("must be an object") }
        var options: [Text: Text] = [:]
        for (name, _) in object.members { options[Text(name)] = Text(try reader[name].text()) }
        return options
    }

    private static func interval(_ reader: Reader) throws(AssayError) -> Interval? {
        if reader.isAbsent { return nil }
        return Interval(
            low: try reader["low"].number(), high: try reader["high"].number(), level: try reader["level"].number(),
            method: try reader["method"].text(), seed: try reader["seed"].seed())
    }

    private static func parameter(_ reader: Reader) throws(AssayError) -> Envelope.Parameter {
        switch reader.value {
        case .string(let text): return .text(Text(text))
        case .bool(let flag): return .flag(flag)
        case .integer(let value): return .integer(value)
        case .number(let value): return .number(value)
        case .array:
            var list: [Envelope.Parameter] = []
            for element in try reader.elements() { list.append(try parameter(element)) }
            return .list(list)
        case .object: return .object(try details(reader))
        case .null, nil: throw reader.error("must be text, a number, a flag, or a list or an object of them")
        }
    }

    /// A place in the statement; every error names it.
    private struct Reader {
        let value: JSONValue?
        let path: String

        subscript(name: String) -> Reader { Reader(value: value?[name], path: "\(path).\(name)") }

        /// Missing or `null`.
        var isAbsent: Bool { value?.isNull ?? true }

        func error(_ expectation: String) -> AssayError {
            AssayError(.unreadable, "an evidence statement cannot be read: \(path) \(expectation)")
        }

        func text() throws(AssayError) -> String {
            guard let text = value?.string else { throw error("must be a string") }
            return text
        }

        func textOrAbsent() throws(AssayError) -> String? { isAbsent ? nil : try text() }

        func word<Word: RawRepresentable & CaseIterable>() throws(AssayError) -> Word where Word.RawValue == String {
            guard let word = Word(rawValue: try text()) else {
                throw error("must be one of " + Word.allCases.map(\.rawValue).joined(separator: ", "))
            }
            return word
        }

        func number() throws(AssayError) -> Double {
            guard let number = value?.number else { throw error("must be a number") }
            return number
        }

        func numberOrNull() throws(AssayError) -> Double? { isAbsent ? nil : try number() }

        func count() throws(AssayError) -> Int {
            guard let count = value?.integer.flatMap({ Int(exactly: $0) }), count >= 0 else {
                throw error("must be a whole number, 0 or more")
            }
            return count
        }

        func countOrZero() throws(AssayError) -> Int { isAbsent ? 0 : try count() }

        func seed() throws(AssayError) -> UInt64 {
            if let seed = value?.integer.flatMap({ UInt64(exactly: $0) }) { return seed }
            if let seed = value?.string.flatMap({ UInt64($0) }) { return seed }
            throw error("must be a seed")
        }

        func elements() throws(AssayError) -> [Reader] {
            guard let elements = value?.array else { throw error("must be an array") }
            return elements.enumerated().map { Reader(value: $0.element, path: "\(path)[\($0.offset)]") }
        }

        /// The `digest.sha256` of a subject or an input.
        func digest() throws(AssayError) -> SHA256Digest {
            let place = self["digest"]["sha256"]
            guard let digest = SHA256Digest(hex: try place.text()) else {
                throw place.error("must be 64 hexadecimal digits in lower case")
            }
            return digest
        }
    }
}
