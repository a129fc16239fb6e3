import AssayColumns
package import AssayJSON
package import AssayTerms

/// The first line of a feature store: which view it holds, and how many entities.
package struct FeatureStoreHead: Hashable, Sendable {
    package var view: Text
    package var digest: SHA256Digest
    package var entities: [FeatureValues.Field]
    package var features: [FeatureValues.Field]
    /// Microseconds; `nil` is for ever.
    package var validity: Int64?
    package var rowCount: Int

    package init(
        view: Text, digest: SHA256Digest, entities: [FeatureValues.Field], features: [FeatureValues.Field], validity: Int64?, rowCount: Int
    ) {
        self.view = view
        self.digest = digest
        self.entities = entities
        self.features = features
        self.validity = validity
        self.rowCount = rowCount
    }

    /// `nil` for what is no such line.
    init?(_ line: ArraySlice<UInt8>) {
        guard let value = try? JSONValue(parsing: Array(line), limits: JSONLimits(bytes: 4 << 20, depth: 4)),
            value["assay"]?.string == FeatureValues.format, let view = value["view"]?.string,
            let digest = value["digest"]?.string.flatMap(SHA256Digest.init(hex:)),
            let entities = Self.fields(value["entity"]), !entities.isEmpty, entities.allSatisfy({ $0.type == .int64 || $0.type == .text }),
            let features = Self.fields(value["features"]), !features.isEmpty, Set((entities + features).map(\.name)).count == entities.count + features.count,
            let validity = value["validity"], validity.isNull || (validity.integer ?? -1) >= 0,
            let rowCount = value["rows"]?.integer.flatMap({ Int(exactly: $0) }), rowCount >= 0
        else { return nil }
        self.init(
            view: Text(view), digest: digest, entities: entities, features: features, validity: validity.integer, rowCount: rowCount)
    }

    package var json: JSONValue {
        func list(_ fields: [FeatureValues.Field]) -> JSONValue {
            .array(fields.map { ["name": .string($0.name.string), "type": .string($0.type.rawValue)] })
        }
        return [
            "assay": .string(FeatureValues.format), "view": .string(view.string), "digest": .string(digest.hex), "entity": list(entities),
            "features": list(features), "validity": validity.map { .integer($0) } ?? .null, "rows": .integer(Int64(rowCount)),
        ]
    }

    private static func fields(_ value: JSONValue?) -> [FeatureValues.Field]? {
        guard let list = value?.array else { return nil }
        let fields = list.compactMap { entry -> FeatureValues.Field? in
            guard let name = entry["name"]?.string, let type = entry["type"]?.string.flatMap(ColumnType.init(rawValue:)) else { return nil }
            return .init(name: Text(name), type: type)
        }
        return fields.count == list.count ? fields : nil
    }
}
