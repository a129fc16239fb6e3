package import AssayTerms

/// A run to be created: everything but its state.
package struct NewRun: Hashable, Sendable {
    package let info: RunInfo
    package let tags: [KeyValue]

    package init(info: RunInfo, tags: [KeyValue]) {
        self.info = info
        self.tags = tags
    }
}
