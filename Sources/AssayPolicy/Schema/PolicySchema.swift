package import AssayJSON
import AssayTerms

/// JSON Schemas (draft 2020-12) of the policy language and of its test cases, for editors.
///
/// They are written from the tables that the readers read by and from the catalogue. A schema says less than the readers do:
/// what depends on several values (a limit that no value can meet, near names, forms of conditions) is `assay policy lint`'s to say.
package enum PolicySchema {
    private static let dialect = "https://json-schema.org/draft/2020-12/schema"

    /// - Complexity: O(catalogue).
    package static func policies(_ catalogue: Catalogue) -> JSONValue {
        let check: JSONValue = [
            "if": ["required": ["id"], "properties": ["id": ["type": "string", "pattern": .string("^\(DeclaredCheck.prefix)")]]],
            "then": .object(object(PolicyTables.declared)), "else": CheckSchema(catalogue: catalogue).json,
        ]
        let checks = list(check, count: 0...FieldTable.listLimit)
        return document("An Assay policy", object(PolicyTables.policy, replacing: ["checks": checks, "monitoring": monitors(catalogue)], also: [checksNeedData]))
    }

    private static func monitors(_ catalogue: Catalogue) -> JSONValue {
        list(CheckSchema(catalogue: catalogue, table: PolicyTables.monitor).json, count: 0...FieldTable.listLimit)
    }

    package static func cases(_ catalogue: Catalogue) -> JSONValue {
        let check: JSONValue = ["enum": .array(catalogue.ids.map { .string($0) })]
        return document("Test cases of an Assay policy", object(PolicyTestTables.file, replacing: ["check": check, "monitors": monitors(catalogue)]))
    }

    private static func document(_ title: String, _ schema: JSONObject) -> JSONValue {
        var document: JSONObject = ["$schema": .string(dialect), "title": .string(title)]
        for (name, value) in schema.members { document[name] = value }
        return .object(document)
    }

    private static let checksNeedData: JSONValue = [
        "if": [
            "properties": ["checks": ["contains": ["not": ["properties": ["id": ["type": "string", "pattern": .string("^\(DeclaredCheck.prefix)")]]]]]],
            "required": ["checks"],
        ], "then": ["required": ["data"]],
    ]

    /// - Parameters:
    ///   - replacing: the schemas of keys that the catalogue says more about, wherever they stand.
    ///   - also: what holds beside the table's own rules.
    static func object(_ table: FieldTable, replacing: [Text: JSONValue] = [:], also: [JSONValue] = []) -> JSONObject {
        var properties: JSONObject = [:]
        for field in table.fields {
            var schema = (replacing[field.key] ?? orReference(self.schema(field.shape, replacing), field.shape, in: table)).object ?? [:]
            schema["description"] = .string(field.sentence)
            properties[field.key.string] = .object(schema)
        }
        var object: JSONObject = ["type": "object", "properties": .object(properties), "additionalProperties": false]
        let required = table.fields.filter(\.isRequired).map(\.key)
        if !required.isEmpty { object["required"] = keys(required) }
        let rules = table.rules.map(self.rule) + also
        if !rules.isEmpty { object["allOf"] = .array(rules) }
        return object
    }

    private static let reference: JSONValue = ["type": "string", "pattern": "[$][{][A-Za-z][A-Za-z0-9_-]*[}]"]
    /// The mappings of a policy, whose values may come from its variables; cases of a test have none.
    private static let tablesWithVariables = Set(
        [
            PolicyTables.policy, PolicyTables.scope, PolicyTables.data, PolicyTables.check, PolicyTables.monitor, PolicyTables.declared, PolicyTables.approval,
            PolicyTables.mutation, PolicyTables.shadow, PolicyTables.shadowAgreement, PolicyTables.shadowErrors,
        ].map(\.what))

    /// A value that may also come from a variable, in whole or in part.
    private static func orReference(_ schema: JSONValue, _ shape: FieldTable.Shape, in table: FieldTable) -> JSONValue {
        guard tablesWithVariables.contains(table.what) else { return schema }
        switch shape {
        case .boolean, .integer, .decimal, .foldedWord, .form: return ["anyOf": [schema, reference]]
        case .word(let words): return words == [Policy.format] ? schema : ["anyOf": [schema, reference]]
        case .list(let item, let count):
            if case .table = item { return schema }
            return list(orReference(self.schema(item), item, in: table), count: count, isUnique: item.isUniqueInLists)
        case .table, .entries, .text, .identifier: return schema
        }
    }

    static func keys(_ keys: [Text]) -> JSONValue { .array(keys.map { .string($0.string) }) }

    private static func rule(_ rule: FieldTable.Rule) -> JSONValue {
        switch rule {
        case .needs(let key, let other): ["dependentRequired": .object([key.string: keys([other])])]
        case .excludes(let key, let other): ["not": ["required": keys([key, other])]]
        case .any(let any): ["anyOf": .array(any.map { ["required": keys([$0])] })]
        }
    }

    private static func list(_ item: JSONValue, count: ClosedRange<Int>, isUnique: Bool = false) -> JSONValue {
        var schema: JSONObject = ["type": "array", "items": item]
        if count.lowerBound > 0 { schema["minItems"] = .integer(Int64(count.lowerBound)) }
        if isUnique { schema["uniqueItems"] = true }
        if count.upperBound < FieldTable.listLimit { schema["maxItems"] = .integer(Int64(count.upperBound)) }
        return .object(schema)
    }

    /// Scalars are text to the reader, and numbers and booleans to an editor's: both are taken.
    static func schema(_ shape: FieldTable.Shape, _ replacing: [Text: JSONValue] = [:]) -> JSONValue {
        switch shape {
        case .text(let limit, _): return text(limit: limit)
        case .form(let form, let limit):
            // Of forms only amounts read as numbers, and none of those is negative.
            return [
                "type": ["string", "number"], "minimum": 0, "pattern": .string("^(\(form))$"), "maxLength": .integer(Int64(limit)),
            ]
        case .identifier(let limit): return text(limit: limit, form: "^[A-Za-z0-9_][A-Za-z0-9._-]*$")
        case .boolean: return ["enum": [true, false, "true", "false"]]
        case .integer(let range):
            return [
                "type": ["integer", "string"], "minimum": .integer(Int64(range.lowerBound)), "maximum": .integer(Int64(range.upperBound)),
                "pattern": "^(0|[1-9][0-9]*)$",
            ]
        case .decimal: return ["type": ["number", "string"], "pattern": .string("^\(FieldTable.decimalForm)$")]
        case .word(let words): return ["enum": .array(words.map { .string($0) } + (words == ["true"] ? [true] : []))]
        case .foldedWord(let words):
            let forms = words.map { word in word.map { "[\($0.uppercased())\($0.lowercased())]" }.joined() }
            // The words themselves stand first, for editors to offer.
            let words: JSONValue = .array(words.map { .string($0) })
            return ["type": "string", "anyOf": [["enum": words], ["pattern": .string("^(\(forms.joined(separator: "|")))$")]]]
        case .list(let item, let count):
            return list(schema(item, replacing), count: count, isUnique: item.isUniqueInLists)
        case .table(let table): return .object(object(table, replacing: replacing))
        case .entries(let value, let least):
            return ["type": "object", "minProperties": .integer(Int64(least)), "additionalProperties": schema(value, replacing)]
        }
    }

    private static func text(limit: Int, form: String? = nil) -> JSONValue {
        var schema: JSONObject = ["type": ["string", "number", "boolean"], "minLength": 1, "maxLength": .integer(Int64(limit))]
        schema["pattern"] = form.map { .string($0) }
        return .object(schema)
    }
}

extension FieldTable.Shape {
    /// Whether the readers refuse the same item twice.
    fileprivate var isUniqueInLists: Bool {
        switch self {
        case .text, .word, .foldedWord: true
        default: false
        }
    }
}
