import AssayJSON
package import AssayTerms

/// The list of files a frozen model version consists of; its digest is what evidence, approvals and statements bind.
///
/// The canonical form is canonical JSON of text and integers only:
/// `{"files":[{"path":…,"sha256":…,"size":…},…],"format":"assay/manifest/v1"}`, files sorted by the bytes of their paths.
package struct FileManifest: Hashable, Sendable {
    package static let format = "assay/manifest/v1"

    package struct File: Hashable, Sendable {
        /// Relative to the model's root.
        package let path: Text
        package let digest: SHA256Digest
        /// Plain bytes.
        package let size: Int64

        package init(path: Text, digest: SHA256Digest, size: Int64) {
            self.path = path
            self.digest = digest
            self.size = size
        }
    }

    /// Sorted by path, each path once.
    package let files: [File]
    package let canonicalBytes: [UInt8]
    package let digest: SHA256Digest

    /// - Throws: `invalidArgument` for no file, a path twice, an empty path, or a negative size.
    package init(files unsorted: some Sequence<File>) throws(AssayError) {
        let files = unsorted.sorted { $0.path < $1.path }
        guard !files.isEmpty else { throw AssayError(.invalidArgument, "A manifest needs at least one file.") }
        var list: [JSONValue] = []
        for (index, file) in files.enumerated() {
            guard !file.path.isEmpty, file.size >= 0, index == 0 || files[index - 1].path != file.path else {
                throw AssayError(.invalidArgument, "A manifest's files have a path each, once, and a size of 0 or more.")
            }
            list.append([
                "path": .string(file.path.string), "sha256": .string(file.digest.hex), "size": .integer(file.size),
            ])
        }
        let json: JSONValue = ["format": .string(Self.format), "files": .array(list)]
        self.files = files
        canonicalBytes = try json.canonicalBytesWithoutFractions(of: "a manifest")
        digest = SHA256Hasher.digest(of: canonicalBytes)
    }

    /// Reads a manifest; anything but its exact canonical form is refused.
    ///
    /// - Throws: `unreadable`.
    package init(parsing bytes: [UInt8]) throws(AssayError) {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: bytes)
        } catch {
            throw AssayError(.unreadable, "The manifest is no JSON: \(error.message)", cause: error)
        }
        guard json["format"]?.string == Self.format, let list = json["files"]?.array else {
            throw AssayError(.unreadable, "The manifest is not of the form \(Self.format).")
        }
        var files: [File] = []
        for element in list {
            guard let path = element["path"]?.string, let size = element["size"]?.integer,
                let digest = element["sha256"]?.string.flatMap(SHA256Digest.init(hex:))
            else { throw AssayError(.unreadable, "A file of the manifest lacks path, sha256 or size.") }
            files.append(File(path: Text(path), digest: digest, size: size))
        }
        do {
            try self.init(files: files)
        } catch {
            throw AssayError(.unreadable, error.message)
        }
        guard canonicalBytes == bytes else { throw AssayError(.unreadable, "The manifest is not in its canonical form.") }
    }
}
