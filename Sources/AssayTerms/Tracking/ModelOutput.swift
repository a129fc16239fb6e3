/// A logged model that a run made, at a step of its training.
package struct ModelOutput: Hashable, Sendable {
    package let modelID: Text
    package let step: Int64

    package init(modelID: Text, step: Int64) {
        self.modelID = modelID
        self.step = step
    }
}
