package import AssayTerms
import Glibc

/// The places from which documents that come through the API may have secrets read.
///
/// Such a document says where a secret stands and where it is sent to, so that whoever may apply one could have any secret of the server
/// sent to themselves. Only places that whoever starts the server named are read therefore, and `env:ASSAY_SECRET_*`. Whatever is named,
/// what opens this server itself is refused: its own variables, those by which Vault and Azure know it, and whatever lies below the
/// folders of data and keys, by whatever links it is reached.
package struct SecretPlaces: Sendable {
    /// What may be named without a word of whoever starts the server.
    package static let standardPrefix = "ASSAY_SECRET_"
    private static let form = "env:NAME, env:PREFIX_*, file:/PATH, file:/FOLDER/*, vault:MOUNT/PATH or vault:MOUNT/PATH/*"

    private enum Place: Hashable, Sendable {
        /// A name, or the beginning of names.
        case environment(String, isPrefix: Bool)
        /// A file, or what lies below a folder.
        case file(String, isFolder: Bool)
        /// Mount and path, or what lies below them.
        case vault(String, isFolder: Bool)
    }

    private var places: [Place] = [.environment(standardPrefix, isPrefix: true)]
    /// Files and folders, without links.
    private let refused: [String]

    /// - Parameters:
    ///   - texts: `env:NAME`, `env:PREFIX_*`, `file:/PATH`, `file:/FOLDER/*` (whatever lies below it), `vault:MOUNT/PATH`, `vault:MOUNT/PATH/*`.
    ///   - refusing: files and folders whose content is never read.
    /// - Throws: `invalidArgument` for a text of no such form, and for one that names what is always refused.
    package init(_ texts: [String] = [], refusing: [String] = []) throws(AssayError) {
        refused = refusing.map(Self.resolved) + ["/proc", "/sys", "/dev"]
        for text in texts { places.append(try Self.place(text)) }
    }

    private static func place(_ text: String) throws(AssayError) -> Place {
        let isOpen = text.hasSuffix("*")
        let body = isOpen ? String(text.dropLast()) : text
        if body.hasPrefix("env:"), case let name = String(body.dropFirst(4)), !name.isEmpty, !name.contains("*"), !name.contains("=") {
            guard !isOwn(name), !isOpen || !ownPrefixes.contains(where: { $0.hasPrefix(name) }) else {
                throw AssayError(.invalidArgument, "'\(text)' names variables of which some opens the server itself, which no document may name.")
            }
            return .environment(name, isPrefix: isOpen)
        }
        if body.hasPrefix("file:/"), case let path = String(body.dropFirst(5)), isPlain(path), isOpen ? path.hasSuffix("/") && path != "/" : path != "/" {
            return .file(isOpen ? String(path.dropLast()) : path, isFolder: isOpen)
        }
        if body.hasPrefix("vault:"), case let path = String(body.dropFirst(6)), isVaultPath(isOpen ? String(path.dropLast()) : path),
            isOpen ? path.hasSuffix("/") : path.contains("/")
        {
            return .vault(isOpen ? String(path.dropLast()) : path, isFolder: isOpen)
        }
        throw AssayError(.invalidArgument, "'\(text)' is no place of secrets; one is \(form).")
    }

    /// Passes a reference that a document holds.
    ///
    /// - Returns: the reference to read: a file by its path without links.
    /// - Throws: `invalidArgument` naming the place, and never what stands there.
    func admitted(_ reference: SecretReference) throws(AssayError) -> SecretReference {
        switch reference {
        case .environment(let name):
            guard !Self.isOwn(name) else { throw Self.own("env:\(name)") }
            let isNamed = places.contains { place in
                guard case .environment(let text, let isPrefix) = place else { return false }
                return isPrefix ? name.hasPrefix(text) && name != text : name == text
            }
            guard isNamed else { throw Self.unnamed("env:\(name)") }
            return reference
        case .file(let path):
            guard Self.isPlain(path) else {
                throw AssayError(.invalidArgument, "file:\(path.prefix(256)) is no whole path: it begins with / and has no '.' and '..' in it.")
            }
            let real = Self.resolved(path)
            guard !refused.contains(where: { Self.lies(real, at: $0) }) else { throw Self.own("file:\(path)") }
            let isNamed = places.contains { place in
                guard case .file(let text, let isFolder) = place else { return false }
                let named = Self.resolved(text)
                return isFolder ? real != named && Self.lies(real, at: named) : real == named
            }
            guard isNamed else { throw Self.unnamed("file:\(path)") }
            return .file(real)
        case .vault(let mount, let path, let field):
            let whole = "\(mount)/\(path)"
            guard Self.isVaultPath(whole) else {
                throw AssayError(.invalidArgument, "vault:\(whole.prefix(256)) is no plain path of Vault: letters, digits, '-', '_', '.' and single '/'.")
            }
            let isNamed = places.contains { place in
                guard case .vault(let text, let isFolder) = place else { return false }
                return isFolder ? whole.hasPrefix(text + "/") : whole == text
            }
            guard isNamed else { throw Self.unnamed("vault:\(whole)#\(field)") }
            return reference
        }
    }

    // MARK: - What opens the server itself

    private static let ownPrefixes = ["ASSAY_", "VAULT_", "AZURE_"]

    private static func isOwn(_ name: String) -> Bool {
        !name.hasPrefix(standardPrefix) && ownPrefixes.contains { name.hasPrefix($0) }
    }

    private static func own(_ place: String) -> AssayError {
        AssayError(.invalidArgument, "\(place.prefix(512)) opens the server itself, so nothing that is sent elsewhere may name it.")
    }

    private static func unnamed(_ place: String) -> AssayError {
        AssayError(
            .invalidArgument,
            "This server reads no secret at \(place.prefix(512)) for what comes through its API. It reads env:\(standardPrefix)*, and what whoever "
                + "starts it names: --secret-allow '\(place.prefix(512).split(separator: "#").first ?? "")'")
    }

    // MARK: - Paths

    private static func isPlain(_ path: String) -> Bool {
        path.hasPrefix("/") && !path.utf8.contains(0) && !path.split(separator: "/").contains { $0 == "." || $0 == ".." }
    }

    private static func isVaultPath(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.allSatisfy { part in
            !part.isEmpty && part != "." && part != ".."
                && part.utf8.allSatisfy { byte in
                    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "-_.".utf8.contains(byte)
                }
        }
    }

    private static func lies(_ path: String, at folder: String) -> Bool { path == folder || path.hasPrefix(folder == "/" ? "/" : folder + "/") }

    /// Without links, as far as the path exists; what does not yet is left as it is.
    private static func resolved(_ path: String) -> String {
        var rest: [Substring] = []
        var parts = path.split(separator: "/")
        let isWhole = path.hasPrefix("/")
        while true {
            let text = parts.isEmpty ? (isWhole ? "/" : ".") : (isWhole ? "/" : "") + parts.joined(separator: "/")
            if let found = realpath(text, nil) {
                defer { free(found) }
                let real = String(cString: found)
                return rest.isEmpty ? real : (real == "/" ? "" : real) + "/" + rest.joined(separator: "/")
            }
            guard let last = parts.popLast() else { return path }
            rest.insert(last, at: 0)
        }
    }
}
