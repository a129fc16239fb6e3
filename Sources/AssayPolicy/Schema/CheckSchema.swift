import AssayJSON
import AssayTerms

/// The schema of one check of a policy: the table's keys, and what each check of the catalogue needs of them.
struct CheckSchema {
    private static let limits: [Text] = ["max", "min", "between", "below", "above", "max-drop"]

    /// A policy compares with production, never with a second column of the same table.
    private let checks: [CheckDescriptor]

    private let table: FieldTable

    init(catalogue: Catalogue, table: FieldTable = PolicyTables.check) {
        self.table = table
        checks = catalogue.descriptors.filter { !$0.needs.contains(.against) }
    }

    var json: JSONValue {
        let ids: JSONValue = [
            "oneOf": .array(checks.map { ["const": .string($0.id), "description": .string($0.sentence)] })
        ]
        var schema = PolicySchema.object(table, replacing: ["id": ids], also: rules)
        guard case .object(var properties)? = schema["properties"] else { return .object(schema) }
        for name in optionNames { properties[name.string] = [:] }
        schema["properties"] = .object(properties)
        return .object(schema)
    }

    /// In the order of the catalogue, each once.
    private var optionNames: [Text] {
        checks.flatMap { $0.options.map(\.name) }.reduce(into: []) { names, name in
            if !names.contains(name) { names.append(name) }
        }
    }

    private var rules: [JSONValue] {
        let needs: [JSONValue?] = [
            given({ !Set($0.needs).isDisjoint(with: [.sensitive, .column]) }, Self.needs("column")),
            given({ Set($0.needs).isDisjoint(with: [.sensitive, .column, .anyColumn]) }, Self.lacks("column")),
            given({ $0.needs.contains(.privileged) }, Self.needs("privileged")),
            given({ !$0.needs.contains(.privileged) }, Self.lacks("privileged")),
            given({ !$0.needs.contains(.columnNames) }, Self.lacks("where")),
            given({ !$0.needs.contains(.sensitive) }, Self.wholeHasNoGroups),
            given({ !$0.hasSlices }, Self.lacks("for-each")),
            given({ $0.needs.contains(.columnNames) || $0.id.hasPrefix(ExternalCheck.prefix) }, Self.lacks("slice")),
            given({ $0.direction == .none }, Self.lacks("max-drop")),
            given({ $0.impliedLimit == nil }, Self.hasLimit),
        ]
        let between: [JSONValue] = [
            ["if": Self.needs("abs"), "then": Self.hasLimit],
            ["if": ["required": ["judge"], "properties": ["judge": ["const": "interval"]]], "then": Self.lacks("max-drop")],
        ]
        return needs.compactMap(\.self) + between + optionNames.flatMap(optionRules)
    }

    /// Of a part of the rows it is said how many they have to be.
    private static let wholeHasNoGroups: JSONValue = [
        "if": ["not": ["anyOf": [needs("slice"), needs("for-each")]]], "then": ["properties": ["min-group": ["enum": defaultGroup]]],
    ]

    private static let defaultGroup: JSONValue = [
        .integer(Int64(PolicyCheck.defaultMinimumGroup)), .string("\(PolicyCheck.defaultMinimumGroup)"),
    ]

    private static let hasLimit: JSONValue = ["anyOf": .array(limits.map { ["required": PolicySchema.keys([$0])] })]

    private static func needs(_ key: Text) -> JSONValue { ["required": PolicySchema.keys([key])] }

    private static func lacks(_ key: Text) -> JSONValue { ["not": ["required": PolicySchema.keys([key])]] }

    /// `then` for the checks that `isMeant` picks, named by whichever list is shorter, theirs or the others'; `nil` where there are none.
    private func given(_ isMeant: (CheckDescriptor) -> Bool, _ then: JSONValue) -> JSONValue? {
        let ids = checks.filter(isMeant).map(\.id)
        guard !ids.isEmpty else { return nil }
        let others = checks.filter { !isMeant($0) }.map(\.id)
        func oneOf(_ ids: [String]) -> JSONValue { ["enum": .array(ids.map { .string($0) })] }
        let id: JSONValue = ids.count <= others.count ? oneOf(ids) : ["not": oneOf(others)]
        return ["if": ["required": ["id"], "properties": ["id": id]], "then": then]
    }

    /// Who has the option, in which form, and who cannot do without.
    private func optionRules(_ name: Text) -> [JSONValue] {
        func option(_ check: CheckDescriptor) -> CheckOption? { check.options.first { $0.name == name } }
        let forms = checks.compactMap { option($0)?.form }.reduce(into: [CheckOption.Form]()) { forms, form in
            if !forms.contains(form) { forms.append(form) }
        }
        var rules: [JSONValue?] = forms.map { form in
            let schema = PolicySchema.schema(CheckOption(name, form, standard: nil).field.shape)
            return given({ option($0)?.form == form }, ["properties": .object(JSONObject([(name.string, schema)]))])
        }
        rules.append(given({ option($0) == nil }, Self.lacks(name)))
        rules.append(given({ check in option(check).map { $0.standard == nil } ?? false }, Self.needs(name)))
        return rules.compactMap(\.self)
    }
}
