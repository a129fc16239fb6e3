/// This program's own version, printed by `assay --version` and written into evidence.
package enum AssayVersion {
    package static let current = "0.1.0"
    /// The MLflow release whose REST API is spoken; clients ask for it at `/version`.
    package static let mlflowCompatible = "3.17.2"
}
