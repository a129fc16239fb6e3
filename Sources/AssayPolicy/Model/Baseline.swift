package import AssayTerms

extension PolicyCheck {
    /// What a comparison is made with.
    package enum Baseline: Hashable, Sendable {
        /// The version that holds the place the promotion asks for.
        case production
        /// `models:/NAME/7`, and once published `models:/NAME/7@sha256:DIGEST` with the manifest of its files: a name can be given to another
        /// model, and files cannot.
        case version(model: Text, number: Int, manifest: SHA256Digest? = nil)
        /// `models:/NAME@ALIAS`: whichever version has the alias when the gate is asked.
        case alias(model: Text, alias: Text)

        private static let scheme = "models:/"
        private static let pin = "@sha256:"
        /// As an editor is told; ``init(_:)`` reads the same.
        static let form = "production|models:/[^/:]+(/[1-9][0-9]{0,8}(@sha256:[0-9a-f]{64})?|@[^/:@]+)"

        /// `production`, or a version as MLflow's own URIs name it; `nil` for anything else, `models:/NAME/latest` among it.
        package init?(_ text: Text) {
            if text == "production" {
                self = .production
                return
            }
            guard text.string.hasPrefix(Self.scheme) else { return nil }
            var rest = text.string.dropFirst(Self.scheme.count)
            var manifest: SHA256Digest?
            if let pin = rest.firstRange(of: Self.pin) {
                manifest = SHA256Digest(hex: String(rest[pin.upperBound...]))
                guard manifest != nil else { return nil }
                rest = rest[..<pin.lowerBound]
            }
            guard !rest.contains(":") else { return nil }
            let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
            if parts.count == 2 {
                let digits = parts[1]
                guard !parts[0].isEmpty, digits.first != "0", (1...9).contains(digits.utf8.count),
                    digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let number = Int(digits)
                else { return nil }
                self = .version(model: Text(String(parts[0])), number: number, manifest: manifest)
                return
            }
            guard parts.count == 1, manifest == nil, let cut = rest.lastIndex(of: "@") else { return nil }
            let (model, alias) = (rest[..<cut], rest[rest.index(after: cut)...])
            // MLflow's 'latest' is mostly the version that asks.
            guard !model.isEmpty, !alias.isEmpty, alias.lowercased() != "latest" else { return nil }
            self = .alias(model: Text(String(model)), alias: Text(String(alias)))
        }

        /// Whether it says which files it means.
        package var isPinned: Bool {
            if case .version(_, _, .some) = self { return true }
            return false
        }

        /// As it is written in a policy.
        package var text: Text {
            switch self {
            case .production: "production"
            case .version(let model, let number, let manifest):
                Text("\(Self.scheme)\(model)/\(number)\(manifest.map { Self.pin + $0.hex } ?? "")")
            case .alias(let model, let alias): Text("\(Self.scheme)\(model)@\(alias)")
            }
        }

        /// In a sentence about what is compared; a digest tells a reader nothing.
        var words: String {
            switch self {
            case .production: "the version that holds the place"
            case .version(let model, let number, _): "\(Self.scheme)\(model)/\(number)"
            case .alias: text.string
            }
        }
    }
}
