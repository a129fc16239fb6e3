/// One key of a sort order.
package struct SearchOrder: Hashable, Sendable {
    package let entity: SearchEntity
    /// An attribute's canonical name, or the key of a metric, param or tag.
    package let key: Text
    package let ascending: Bool
    /// For metrics of logged models: only points on this dataset count.
    package let datasetName: Text?
    package let datasetDigest: Text?

    package init(
        entity: SearchEntity, key: Text, ascending: Bool, datasetName: Text? = nil, datasetDigest: Text? = nil
    ) {
        self.entity = entity
        self.key = key
        self.ascending = ascending
        self.datasetName = datasetName
        self.datasetDigest = datasetDigest
    }
}
