package import AssayColumns
package import AssayTerms

/// Where a view's features are read from, and by which columns and types.
package struct FeatureSource: Sendable {
    package var data: DataFile
    /// The columns that name an entity, with their types: whole numbers or text.
    package var entities: [DataFeature]
    /// The column that says from when on a row was known.
    package var timestamp: Text
    package var features: [DataFeature]
    /// How old, in microseconds, a row may be and still count; `nil` is any age.
    package var validity: Int64?

    /// A column and the type it is read as.
    package struct DataFeature: Sendable, Hashable {
        package var name: Text
        package var type: ColumnType

        package init(name: Text, type: ColumnType) {
            self.name = name
            self.type = type
        }
    }

    package init(data: DataFile, entities: [DataFeature], timestamp: Text, features: [DataFeature], validity: Int64?) {
        precondition(!entities.isEmpty, "features are of entities")
        self.data = data
        self.entities = entities
        self.timestamp = timestamp
        self.features = features
        self.validity = validity
    }
}
