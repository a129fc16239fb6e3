import AssayData
package import AssayTerms

/// A file to read: by its path, or through a descriptor that someone else opened.
package struct DataFile: Hashable, Sendable {
    package enum Source: Hashable, Sendable {
        case path(String)
        case descriptor(Int32)
    }

    package var source: Source
    /// How the envelope and messages call it.
    package var name: Text

    package init(source: Source, name: Text) {
        self.source = source
        self.name = name
    }

    /// The file at `path`, called by the last part of it.
    package init(path: String) {
        source = .path(path)
        let last = path.utf8.split(separator: UInt8(ascii: "/")).last.flatMap { Text(utf8: Array($0)) }
        name = last ?? Text(path)
    }

    /// - Throws: as ``DataTable``'s `open`.
    func open(_ options: DataOptions) throws(AssayError) -> DataTable {
        switch source {
        case .path(let path): try DataTable.open(path: path, options: options)
        case .descriptor(let descriptor): try DataTable.open(descriptor: descriptor, name: name.string, options: options)
        }
    }
}
