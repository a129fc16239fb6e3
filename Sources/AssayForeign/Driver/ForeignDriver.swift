/// The program that the confined interpreter runs.
package enum ForeignDriver {
    package static var text: String { String(decoding: PackageResources.scorer_py, as: UTF8.self) }
}
