import AssayServing
import AssayTerms
import Synchronization

/// Which versions a gateway serves at this moment, and under which places.
///
/// Requests and changes never wait for each other longer than a look at the table takes: who asks gets the version that holds the place
/// now, and keeps it until the request is answered, whatever takes its place meanwhile.
final class GatewayTable: Sendable {
    /// A version with its statement. Requests hold it; it is left when it is out of the table and nothing holds it any more.
    final class Version: Sendable {
        let model: Text
        let number: Int
        let served: ServedModel
        /// The newest, with its rules ready to be asked; it is renewed in place.
        private let current: Mutex<(statement: DeploymentStatement, book: RuleBook?)>
        private let holders = Mutex((count: 0, isOut: false))
        /// The version that was loaded, where this one is the same under another statement; it is held and left in place of this one.
        private let base: Version?
        /// The version that was loaded.
        fileprivate var whole: Version { base ?? self }

        init(model: Text, number: Int, served: ServedModel, statement: DeploymentStatement) {
            self.model = model
            self.number = number
            self.served = served
            base = nil
            current = Mutex((statement, statement.book(profile: served.profile)))
        }

        /// The same under another statement: a candidate that holds a place too.
        init(of version: Version, statement: DeploymentStatement) {
            model = version.model
            number = version.number
            served = version.served
            base = version.whole
            current = Mutex((statement, statement.book(profile: version.served.profile)))
        }

        var statement: DeploymentStatement { current.withLock { $0.statement } }

        /// What answers are held against; `nil` where the statement has no rules for single predictions.
        var book: RuleBook? { current.withLock { $0.book } }

        func renew(_ statement: DeploymentStatement) {
            let book = statement.book(profile: served.profile)
            current.withLock { $0 = (statement, book) }
        }

        /// - Returns: `false` once it is out of the table and was left.
        func hold() -> Bool {
            if let base { return base.hold() }
            return holders.withLock { state in
                if state.isOut, state.count == 0 { return false }
                state.count += 1
                return true
            }
        }

        func release() {
            if let base { return base.release() }
            let isLast = holders.withLock { state in
                state.count -= 1
                return state.isOut && state.count == 0
            }
            if isLast { end() }
        }

        fileprivate func takeOut() {
            let isFree = holders.withLock { state in
                guard !state.isOut else { return false }
                state.isOut = true
                return state.count == 0
            }
            if isFree { end() }
        }

        private func end() {
            let served = served
            Task { await served.leave() }
        }
    }

    struct Model: Sendable {
        /// Newest first.
        var versions: [Version]
        /// Version numbers by place: `stage Production`, `alias champion`.
        var places: [Text: Int]
        /// Candidates that meet traffic beside them.
        var rollouts: [GatewayRollout] = []

        /// Everything that is loaded for it.
        fileprivate var loaded: [Version] { (versions + rollouts.map(\.candidate)).map(\.whole) }
    }

    /// Which version of a model is asked for.
    enum Selector: Hashable, Sendable {
        /// Whichever serves: see ``usual``.
        case usual
        case version(Int)
        case stage(Text)
        case alias(Text)

        /// As prediction records have it.
        var recorded: Text {
            switch self {
            case .usual: "usual"
            case .version: "version"
            case .stage(let stage): Text("stage \(stage)")
            case .alias(let alias): Text("alias \(alias)")
            }
        }
    }

    /// The places that a request for a model alone means, in this order.
    static let usual: [Text] = ["stage Production", "alias champion", "alias production", "alias prod"]

    private let models = Mutex<[Text: Model]>([:])

    /// What is served, by model.
    var snapshot: [Text: Model] { models.withLock { $0 } }

    /// Runs `body` with the version asked for, which stays loaded meanwhile.
    ///
    /// - Throws: `notFound` for a model, place or version that is not served; what `body` throws.
    func with<Answer>(_ model: Text, _ selector: Selector, _ body: (Version) async throws -> Answer) async throws -> Answer {
        let version = try find(model, selector)
        defer { version.release() }
        return try await body(version)
    }

    private func find(_ name: Text, _ selector: Selector) throws -> Version { try findPlaced(name, selector).version }

    /// The version asked for, held, with the place that was meant (`nil` for a version by its number) and the model's rollouts.
    func findPlaced(_ name: Text, _ selector: Selector) throws -> (version: Version, place: Text?, rollouts: [GatewayRollout]) {
        try models.withLock { models in
            guard let model = models[name] else {
                throw AssayError(.notFound, "The model '\(name)' is not served here: no version of it holds a place that the gate let it into.")
            }
            let place = Self.place(meantBy: selector, of: model)
            let number = if case .version(let number) = selector { number } else { place.flatMap { model.places[$0] } }
            guard let number, let version = model.versions.first(where: { $0.number == number }), version.hold() else {
                throw AssayError(.notFound, "\(Self.words(selector)) of '\(name)' is not served here; served are \(Self.list(model)).")
            }
            return (version, place, model.rollouts)
        }
    }

    private static func place(meantBy selector: Selector, of model: Model) -> Text? {
        switch selector {
        case .version: return nil
        case .stage(let stage): return place(Text("stage \(stage)"), of: model)
        case .alias(let alias): return place(Text("alias \(alias)"), of: model)
        case .usual:
            if let place = usual.lazy.compactMap({ place($0, of: model) }).first { return place }
            // Places of one version are the same but for their names; which is meant must not change from request to request.
            return Set(model.places.values).count == 1 ? model.places.keys.min() : nil
        }
    }

    /// Stages and aliases are compared without case, as the gate does.
    private static func place(_ text: Text, of model: Model) -> Text? {
        model.places[text] != nil ? text : model.places.keys.filter { $0.string.lowercased() == text.string.lowercased() }.min()
    }

    private static func words(_ selector: Selector) -> String {
        switch selector {
        case .usual: "The usual place (\(usual.map(\.string).joined(separator: ", ")))"
        case .version(let number): "Version \(number)"
        case .stage(let stage): "The stage '\(stage)'"
        case .alias(let alias): "The alias '\(alias)'"
        }
    }

    private static func list(_ model: Model) -> String {
        model.places.sorted { $0.key < $1.key }.map { "\($0.key) (version \($0.value))" }.joined(separator: ", ")
    }

    /// Puts what is served of a model in place of what was, at once; versions that are not among it are left when their requests are
    /// answered. No versions take the model out.
    func set(_ name: Text, _ model: Model) {
        let gone = models.withLock { models in
            let before = models[name]?.loaded ?? []
            models[name] = model.versions.isEmpty ? nil : model
            let after = model.versions.isEmpty ? [] : model.loaded
            return before.filter { version in !after.contains { $0 === version } }
        }
        for version in gone { version.takeOut() }
    }
}
