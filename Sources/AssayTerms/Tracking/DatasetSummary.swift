/// A dataset some run of an experiment used, with the use it was put to.
package struct DatasetSummary: Hashable, Sendable {
    package let experimentID: Int64
    package let name: Text
    package let digest: Text
    package let context: Text?

    package init(experimentID: Int64, name: Text, digest: Text, context: Text?) {
        self.experimentID = experimentID
        self.name = name
        self.digest = digest
        self.context = context
    }
}
