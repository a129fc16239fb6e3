/// The cause of an error where a model is not read here and its own library could score it.
package struct NeedsOwnLibrary: Error, Sendable {
    package init() {}
}
