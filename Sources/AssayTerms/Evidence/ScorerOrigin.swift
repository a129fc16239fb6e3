/// By what predictions were made, where that was not this program's own reading of the model.
///
/// Like the engine's version it is no part of a claim: another release of the library that gives the same answers claims the same.
package struct ScorerOrigin: Hashable, Sendable {
    /// The module that loaded the model: `mlflow.pyfunc`, `joblib`, `skops.io`.
    package var loader: String
    package var python: String
    /// Versions by the names of packages.
    package var libraries: [Text: Text]
    /// What the process was confined by, in the order in which it was.
    package var confinement: [Text]

    package init(loader: String, python: String, libraries: [Text: Text], confinement: [Text]) {
        self.loader = loader
        self.python = python
        self.libraries = libraries
        self.confinement = confinement
    }
}
