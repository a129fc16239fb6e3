/// This program's own version, printed by `assay --version` and written into evidence.
package enum AssayVersion {
    package static let current = "0.1.0"
}
