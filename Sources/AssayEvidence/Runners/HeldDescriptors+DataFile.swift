import AssayForeign
import AssayTerms

extension HeldDescriptors {
    /// The file for reading; a descriptor the caller gave stays the caller's.
    mutating func open(_ file: DataFile) throws(AssayError) -> Int32 {
        switch file.source {
        case .path(let path): try open(path: path, as: file.name)
        case .descriptor(let descriptor): try open(descriptor: descriptor, as: file.name)
        }
    }
}
