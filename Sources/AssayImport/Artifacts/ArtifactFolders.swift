import AssayStore
import AssayTerms

/// From the artifact URIs of a store to folders of this machine.
struct ArtifactFolders: Sendable {
    /// `--artifacts`.
    let given: String?
    /// The folder of the store: relative paths begin there.
    let base: String
    /// Where `mlflow-artifacts:` leads without `--artifacts`, if that is there.
    let proxied: String?

    enum Found: Equatable {
        case folder(String)
        case absent(String)
        case elsewhere
        case refused(String)
    }

    /// The folder of an owner whose artifacts are at `uri`.
    ///
    /// MLflow makes these URIs itself: whatever the location of the experiment, they end in `<run>/artifacts` or
    /// `models/<model>/artifacts`. One that does not leads somewhere else, and is refused.
    ///
    /// - Parameter tail: that end.
    func folder(at uri: Text, tail: [String]) -> Found {
        switch ArtifactURI(uri.string) {
        case .elsewhere: return .elsewhere
        case .invalid(let reason): return .refused(reason)
        case .proxied(let segments):
            guard segments.suffix(tail.count).elementsEqual(tail) else { return .refused(Self.foreign(uri, tail)) }
            guard let root = given ?? proxied else {
                return .absent("\(base)/mlartifacts/\(segments.joined(separator: "/"))")
            }
            let path = root + "/" + segments.joined(separator: "/")
            return LocalFiles.kind(path) == .folder ? .folder(path) : .absent(path)
        case .local(let path, let segments):
            guard segments.suffix(tail.count).elementsEqual(tail) else { return .refused(Self.foreign(uri, tail)) }
            let absolute = path.hasPrefix("/") ? path : base + "/" + path
            if LocalFiles.kind(absolute) == .folder { return .folder(absolute) }
            return moved(segments, tail) ?? .absent(absolute)
        }
    }

    /// A folder that a version names itself; nothing is known about where it should end.
    func folder(at uri: Text) -> Found {
        switch ArtifactURI(uri.string) {
        case .elsewhere, .proxied: return .elsewhere
        case .invalid(let reason): return .refused(reason)
        case .local(let path, _):
            let absolute = path.hasPrefix("/") ? path : base + "/" + path
            return LocalFiles.kind(absolute) == .folder ? .folder(absolute) : .absent(absolute)
        }
    }

    /// Where a folder is after the whole store was moved: below `--artifacts` under as many of its last names as lead there.
    private func moved(_ segments: [String], _ tail: [String]) -> Found? {
        guard let given else { return nil }
        for count in stride(from: segments.count, through: tail.count, by: -1) {
            let path = given + "/" + segments.suffix(count).joined(separator: "/")
            if LocalFiles.kind(path) == .folder { return .folder(path) }
        }
        return .absent(given + "/" + segments.suffix(tail.count + 1).joined(separator: "/"))
    }

    private static func foreign(_ uri: Text, _ tail: [String]) -> String {
        "\(uri) does not end in \(tail.joined(separator: "/")), so its files belong to something else"
    }
}

/// An artifact URI taken apart.
enum ArtifactURI: Equatable {
    /// A path of this machine and its parts.
    case local(String, [String])
    /// `mlflow-artifacts:` with the parts below its root.
    case proxied([String])
    /// Another service's.
    case elsewhere
    /// Not to be followed, and why.
    case invalid(String)

    init(_ uri: String) {
        let path: String
        if uri.utf8.starts(with: "mlflow-artifacts:".utf8) {
            var rest = uri.dropFirst("mlflow-artifacts:".count)
            if rest.hasPrefix("//") {
                rest = rest.dropFirst(2)
                rest = rest.firstIndex(of: "/").map { rest[$0...] } ?? ""
            }
            guard let segments = Self.segments(rest), !segments.isEmpty else {
                self = .invalid("\(uri) has relative parts, which lead out of the artifact folder")
                return
            }
            self = .proxied(segments)
            return
        }
        if uri.utf8.starts(with: "file:".utf8) {
            guard let decoded = try? MLflowStore.path(ofFileURI: uri) else {
                self = .invalid("\(uri) is no path of this machine")
                return
            }
            path = decoded
        } else if let colon = uri.firstIndex(of: ":"), uri[..<colon].utf8.allSatisfy({ Self.isSchemeByte($0) }), !uri[..<colon].isEmpty {
            self = .elsewhere
            return
        } else {
            path = uri
        }
        guard !path.isEmpty, let segments = Self.segments(Substring(path)) else {
            self = .invalid(path.isEmpty ? "it has no artifact location" : "\(uri) has relative parts, which lead out of the artifact folder")
            return
        }
        self = .local(path, segments)
    }

    /// The parts of a path; `nil` if one of them climbs or cannot be part of a path.
    static func segments(_ path: Substring) -> [String]? {
        guard !path.utf8.contains(0) else { return nil }
        let segments = path.split(separator: "/", omittingEmptySubsequences: true).map(String.init).filter { $0 != "." }
        return segments.contains("..") ? nil : segments
    }

    private static func isSchemeByte(_ byte: UInt8) -> Bool {
        (97...122).contains(byte | 0x20) || (48...57).contains(byte) || [UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: ".")].contains(byte)
    }
}
