import AssayTerms

/// What a command's MODEL argument names.
enum ModelReference: Hashable {
    /// Which version of a registered model.
    enum Selector: Hashable {
        case version(Int)
        case stage(Text)
        case alias(Text)
    }

    /// A folder with `MLmodel`, or a single `.skops` file.
    case local(path: String)
    /// `runs:/ID/PATH`: what a run logged. Nothing governs it.
    case run(id: Text, path: Text)
    /// `models:/NAME/VERSION`, `models:/NAME/STAGE` or `models:/NAME@ALIAS`.
    case registered(name: Text, Selector)

    /// - Throws: `invalidArgument` for a `runs:` or `models:` address of another form, and other schemes.
    init(_ text: String) throws(AssayError) {
        func refused(_ form: String) -> AssayError {
            AssayError(.invalidArgument, "'\(text.prefix(200))' is no model's address; it is written \(form)")
        }
        if text.hasPrefix("runs:/") {
            let parts = text.dropFirst(6).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, Self.isPlainPath(parts[1]) else {
                throw refused("runs:/RUN_ID/PATH")
            }
            self = .run(id: Text(String(parts[0])), path: Text(String(parts[1])))
        } else if text.hasPrefix("models:/") {
            let form = "models:/NAME/VERSION, models:/NAME/STAGE or models:/NAME@ALIAS"
            let rest = text.dropFirst(8)
            if let slash = rest.lastIndex(of: "/") {
                let name = rest[..<slash]
                let last = rest[rest.index(after: slash)...]
                guard !name.isEmpty, !last.isEmpty else { throw refused(form) }
                let selector: Selector = Int(last).map { .version($0) } ?? .stage(Text(String(last)))
                self = .registered(name: Text(String(name)), selector)
            } else {
                guard let at = rest.lastIndex(of: "@"), at != rest.startIndex, rest.index(after: at) != rest.endIndex
                else { throw refused(form) }
                self = .registered(
                    name: Text(String(rest[..<at])), .alias(Text(String(rest[rest.index(after: at)...]))))
            }
        } else if let scheme = text.firstRange(of: ":/"), !text[..<scheme.lowerBound].contains("/") {
            throw AssayError(
                .unsupported,
                "'\(text.prefix(200))' is not read; name a folder, runs:/RUN_ID/PATH, or models:/NAME/VERSION")
        } else {
            self = .local(path: text)
        }
    }

    /// Relative, with no empty, `.` or `..` part.
    static func isPlainPath(_ path: some StringProtocol) -> Bool {
        path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }
}
