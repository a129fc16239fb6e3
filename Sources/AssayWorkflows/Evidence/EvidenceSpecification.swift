import AssayCanonical
package import AssayJSON
package import AssayTerms

/// What one evidence job computes: checks of one frozen model on one frozen table.
package struct EvidenceSpecification: Hashable, Sendable {
    package enum Predictions: Hashable, Sendable {
        /// The frozen model scores the rows.
        case fromModel
        /// Columns of the table hold them.
        case dataset
    }

    package struct Check: Hashable, Sendable {
        package var id: String
        /// The definition asked for, so that a new definition is a new question.
        package var definition: Int
        package var column: Text?
        package var privileged: Text?
        /// `features` or `data`, for a check that looks at a list of columns.
        package var place: String?
        /// As the policy has them, sorted by name.
        package var options: [Option]

        package struct Option: Hashable, Sendable {
            package var name: Text
            package var value: Text
        }

        package init(
            id: String, definition: Int, column: Text?, privileged: Text?, place: String? = nil, options: [Text: Text] = [:]
        ) {
            self.id = id
            self.definition = definition
            self.column = column
            self.privileged = privileged
            self.place = place
            self.options = options.sorted { $0.key < $1.key }.map { Option(name: $0.key, value: $0.value) }
        }
    }

    /// A profile of other rows that checks compare with.
    package struct Reference: Hashable, Sendable {
        /// As the policy calls it.
        package var name: Text
        package var digest: SHA256Digest
        /// Where it stands in the frozen copy that holds the table.
        package var path: Text

        package init(name: Text, digest: SHA256Digest, path: Text) {
            self.name = name
            self.digest = digest
            self.path = path
        }
    }

    /// The digest of the model's manifest.
    package var subject: SHA256Digest
    /// The version whose frozen files are scored.
    package var modelVersionID: String
    /// The version whose frozen copy holds the table, and where it stands there.
    package var tableVersionID: String
    package var tablePath: Text
    package var tableDigest: SHA256Digest
    /// What the evidence calls the table: its path, for the version's own; `NAME/VERSION:PATH` for another one's, and
    /// `sha256:DIGEST` for that of another model's version.
    package var tableName: Text
    package var predictions: Predictions
    package var label: Text?
    package var prediction: Text?
    package var score: Text?
    package var positive: Text?
    package var weight: Text?
    package var rows: Text?
    package var reference: Reference?
    /// Sorted, without repeats.
    package var checks: [Check]

    /// Over everything the answer depends on, and nothing else.
    package func inputs() throws(AssayError) -> SHA256Digest {
        var object = json
        object.removeValue(named: "model_version")
        object.removeValue(named: "table_version")
        object.removeValue(named: "table_path")
        object.removeValue(named: "reference_path")
        return SHA256Hasher.digest(of: try JSONValue.object(object).canonicalBytes())
    }

    package func canonicalBytes() throws(AssayError) -> [UInt8] { try JSONValue.object(json).canonicalBytes() }

    package var json: JSONObject {
        var object: JSONObject = [
            "subject": .string(subject.hex), "model_version": .string(modelVersionID), "table_version": .string(tableVersionID),
            "table_path": .string(tablePath.string), "table_digest": .string(tableDigest.hex),
            "table_name": .string(tableName.string),
            "predictions": predictions == .fromModel ? "from-model" : "dataset",
        ]
        let columns = [
            ("label", label), ("prediction", prediction), ("score", score), ("positive", positive), ("weight", weight),
            ("rows", rows),
        ]
        for (key, column) in columns { object[key] = column.map { .string($0.string) } }
        if let reference {
            object["reference_name"] = .string(reference.name.string)
            object["reference_digest"] = .string(reference.digest.hex)
            object["reference_path"] = .string(reference.path.string)
        }
        object["checks"] = .array(
            checks.map { check in
                var one: JSONObject = ["id": .string(check.id), "definition": .integer(Int64(check.definition))]
                one["column"] = check.column.map { .string($0.string) }
                one["privileged"] = check.privileged.map { .string($0.string) }
                one["place"] = check.place.map { .string($0) }
                if !check.options.isEmpty { one["options"] = check.optionsJSON }
                return .object(one)
            })
        return object
    }

    package init(
        subject: SHA256Digest, modelVersionID: String, tableVersionID: String, tablePath: Text, tableDigest: SHA256Digest, tableName: Text,
        predictions: Predictions, label: Text?, prediction: Text?, score: Text?, positive: Text?, weight: Text?, rows: Text?,
        reference: Reference? = nil, checks: some Sequence<Check>
    ) {
        self.subject = subject
        self.modelVersionID = modelVersionID
        self.tableVersionID = tableVersionID
        self.tablePath = tablePath
        self.tableDigest = tableDigest
        self.tableName = tableName
        self.predictions = predictions
        self.label = label
        self.prediction = prediction
        self.score = score
        self.positive = positive
        self.weight = weight
        self.rows = rows
        self.reference = reference
        self.checks = Set(checks).sorted()
    }

    /// - Throws: `corrupt` for bytes that ``canonicalBytes()`` did not write.
    package init(parsing bytes: [UInt8]) throws(AssayError) {
        let fault = AssayError(.corrupt, "A stored evidence job cannot be read.")
        guard let value = try? JSONValue(parsing: bytes), let checks = value["checks"]?.array,
            let subject = value["subject"]?.string.flatMap({ SHA256Digest(hex: $0) }),
            let tableDigest = value["table_digest"]?.string.flatMap({ SHA256Digest(hex: $0) }),
            let modelID = value["model_version"]?.string, let versionID = value["table_version"]?.string, let path = value["table_path"]?.string,
            let name = value["table_name"]?.string
        else { throw fault }
        func column(_ name: String) -> Text? { value[name]?.string.map { Text($0) } }
        var reference: Reference?
        if let digest = value["reference_digest"] {
            guard let digest = digest.string.flatMap({ SHA256Digest(hex: $0) }), let name = value["reference_name"]?.string,
                let path = value["reference_path"]?.string
            else { throw fault }
            reference = Reference(name: Text(name), digest: digest, path: Text(path))
        }
        var read: [Check] = []
        for check in checks {
            guard let id = check["id"]?.string, let definition = check["definition"]?.integer.flatMap({ Int(exactly: $0) })
            else { throw fault }
            read.append(
                Check(
                    id: id, definition: definition, column: check["column"]?.string.map { Text($0) },
                    privileged: check["privileged"]?.string.map { Text($0) }, place: check["place"]?.string,
                    options: Check.options(from: check["options"])))
        }
        self.init(
            subject: subject, modelVersionID: modelID, tableVersionID: versionID, tablePath: Text(path), tableDigest: tableDigest,
            tableName: Text(name), predictions: value["predictions"]?.string == "dataset" ? .dataset : .fromModel,
            label: column("label"), prediction: column("prediction"), score: column("score"),
            positive: column("positive"), weight: column("weight"), rows: column("rows"), reference: reference, checks: read)
    }
}

extension EvidenceSpecification.Check: Comparable {
    package static func < (left: Self, right: Self) -> Bool {
        (left.id, left.definition, left.column ?? "", left.privileged ?? "", left.place ?? "", left.optionsText)
            < (right.id, right.definition, right.column ?? "", right.privileged ?? "", right.place ?? "", right.optionsText)
    }

    /// Lengths first, so that no two lists of options share a text.
    private var optionsText: Text {
        Text(options.map { "\($0.name.utf8Count) \($0.name)\($0.value.utf8Count) \($0.value)" }.joined())
    }

    var optionsJSON: JSONValue {
        .object(JSONObject(options.map { ($0.name.string, .string($0.value.string)) }))
    }

    fileprivate static func options(from value: JSONValue?) -> [Text: Text] {
        var options: [Text: Text] = [:]
        for (name, value) in value?.object?.members ?? [] { options[Text(name)] = value.string.map { Text($0) } }
        return options
    }
}
