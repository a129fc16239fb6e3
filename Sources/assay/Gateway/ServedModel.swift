import AssayColumns
import AssayData
import AssayExplain
import AssayForeign
import AssayModels
import AssayPolicy
import AssayServing
import AssayTerms
import Foundation

/// A model that is loaded and answers until it is left: one that this build reads itself, or one in a process of its own.
final class ServedModel: Sendable {
    /// How models are loaded and explained, the same for each of them.
    struct Options: Sendable {
        var foreign: ForeignArguments
        var foreignRestarts: Int
        var kernel: KernelOptions
        var explainsForeign: Bool
        var isStrict: Bool
        /// Columns of requests that are recorded though the model does not read them.
        var furtherColumns: [Text] = []
        /// HTTP services that score versions in place of what is loaded here.
        var upstreams: [ServingUpstream] = []

        /// What inputs are filled in from; `nil` where requests bring them all.
        var features: FeatureStores?

        /// - Throws: where a view that the model reads is not there, or does not fit its inputs.
        func scoring(_ opened: OpenedModel, _ form: ModelForm) throws(AssayError) -> ScoringService.Options {
            var scoring = ScoringService.Options(isStrict: isStrict, furtherColumns: furtherColumns)
            scoring.reasons = try opened.reasons?.table(form)
            if let features, case .statement(let statement, _) = opened.governance {
                let named = try MLmodelFile(opened.files.contents(of: "MLmodel", limit: MLmodelFile.byteLimit)).featureViews
                scoring.features = try features.filler(for: statement.model, named: named, form: form)
            }
            return scoring
        }
    }

    let opened: OpenedModel
    let service: ScoringService
    /// The same without explanations.
    let plain: ScoringService
    /// For policies that let nothing be explained.
    let silent: ScoringService
    /// What ordinary rows look like; `nil` where too few are known.
    let reference: ExtractionReference?
    /// What the profile frozen with it has seen of its inputs, for rules; empty where there is none.
    var profile: [Text: ProfiledInput] { opened.profile }
    /// For people: what it is and how it is explained.
    let words: String
    /// Who computes its answers.
    let scorer: AnswerSource
    private let keeper: ForeignKeeper?
    /// Whether an HTTP service scores it, whose bytes nobody verified.
    var isUpstream: Bool { scorer == .upstream }
    private let life: Task<Void, any Error>?

    private init(
        _ opened: OpenedModel, _ service: ScoringService, _ words: String, by scorer: AnswerSource, reference: ExtractionReference?,
        keeper: ForeignKeeper? = nil, life: Task<Void, any Error>? = nil
    ) {
        self.opened = opened
        self.service = service
        plain = service.plain
        silent = service.silent
        self.reference = reference
        self.words = words
        self.keeper = keeper
        self.life = life
        self.scorer = scorer
    }

    /// - Parameter rules: those of its statement: they may ask for explanations, whatever the options say.
    /// - Throws: why it cannot be loaded or explained; nothing of it is left behind then.
    static func load(_ opened: OpenedModel, _ options: Options, rules: ServingRules = ServingRules()) async throws -> ServedModel {
        let served = try await loaded(opened, options, rules)
        do throws(AssayError) {
            try rules.requireReasons(served.service.reasonTable)
        } catch {
            await served.leave()
            throw error
        }
        return served
    }

    private static func loaded(_ opened: OpenedModel, _ options: Options, _ rules: ServingRules) async throws -> ServedModel {
        var options = options
        if rules.explanations == .always || rules.explanations == .onRequest { options.explainsForeign = true }
        if rules.explanations == .never { options.explainsForeign = false }
        if case .statement(let statement, _) = opened.governance,
            let upstream = options.upstreams.first(where: { $0.isFor(statement.model, version: statement.version, manifest: statement.manifest) })
        {
            return try await load(opened, upstream, options)
        }
        let foreign = options.foreign
        switch try await OwnThread.run({ try LoadedModel.find(opened.files, foreign: foreign.choice) }) {
        case .native(let model):
            let isRequired = rules.explanations == .always || rules.explanations == .onRequest
            let asking = options.kernel.asking(seconds: Double(foreign.foreignSeconds))
            let (explaining, words) = try await OwnThread.run {
                try opened.background(model.form).serving(model, path: nil, asking: asking, isRequired: isRequired)
            }
            let scoring = try options.scoring(opened, model.form)
            let predictor = NativePredictor(model)
            return ServedModel(
                opened, ScoringService(predictor: predictor, explaining: explaining, options: scoring), "\(model.form.description), \(words)",
                by: .assay, reference: try await reference(opened, predictor))
        case .foreign(let plan): return try await load(opened, plan, options)
        }
    }

    private static func load(_ opened: OpenedModel, _ plan: LoadedModel.Plan, _ options: Options) async throws -> ServedModel {
        let name = opened.name
        let keeper = try ForeignKeeper(
            opened.files, plan: plan, features: [], restarts: options.foreignRestarts
        ) { FileHandle.standardError.write(Data("assay: \(name): \($0)\n".utf8)) }
        // Its process lives as long as the thread that runs its keeper.
        let life = Task { try await OwnThread.run { keeper.run() } }
        do {
            let model = try await OwnThread.run { try keeper.open() }
            let kernel = options.kernel
            let seconds = Double(options.foreign.foreignSeconds)
            let explanations = !options.explainsForeign ? nil : try await OwnThread.run {
                try KernelExplanations(
                    background: opened.background(model.form).rows(
                        path: nil, limit: kernel.kernelRows, seed: UInt64(kernel.seed)),
                    settings: kernel.settings, seconds: seconds, for: model)
            }
            let scoring = try options.scoring(opened, model.form)
            let service = ScoringService(predictor: model, explaining: explanations.map { .kernel($0) } ?? .nothing, options: scoring)
            let words = explanations.map { "explained against \($0.background.rowCount) rows of \($0.background.name)" } ?? "not explained"
            let scorer = AnswerSource(plan)
            return ServedModel(
                opened, service, "\(model.form.description), \(words); \(scorer.words)", by: scorer,
                reference: try await reference(opened, model), keeper: keeper, life: life)
        } catch {
            keeper.leave()
            try? await life.value
            throw error
        }
    }

    private static func load(_ opened: OpenedModel, _ upstream: ServingUpstream, _ options: Options) async throws -> ServedModel {
        let model = try UpstreamPredictor(upstream, files: opened.files)
        let scoring = try options.scoring(opened, model.form)
        await model.look()
        let (kernel, seconds) = (options.kernel, Double(upstream.timeoutSeconds))
        let explanations = !options.explainsForeign ? nil : try await OwnThread.run {
            try KernelExplanations(
                background: opened.background(model.form).rows(path: nil, limit: kernel.kernelRows, seed: UInt64(kernel.seed)),
                settings: kernel.settings, seconds: seconds, for: model)
        }
        let life = Task {
            while !Task.isCancelled {
                try await Task.sleep(for: .seconds(lookSeconds))
                await model.look()
            }
        }
        return ServedModel(
            opened, ScoringService(predictor: model, explaining: explanations.map { .kernel($0) } ?? .nothing, options: scoring),
            model.form.description, by: .upstream, reference: try await reference(opened, model), life: life)
    }

    /// How often an upstream's health is looked at.
    private static let lookSeconds = 2

    private static let referenceRows = 2_000

    /// From the rows that explanations compare with, where these are enough.
    private static func reference(_ opened: OpenedModel, _ predictor: any RowPredictor) async throws -> ExtractionReference? {
        try await OwnThread.run { () -> ExtractionReference? in
            guard let rows = try? opened.background(predictor.form).rows(path: nil, limit: referenceRows, seed: 0),
                rows.rowCount >= ExtractionReference.leastRows,
                let predictions = try? predictor.predictions([rows.block], parameters: nil).first
            else { return nil }
            return ExtractionReference(rows.block.columns, rowCount: rows.rowCount, probabilities: predictions.probabilities)
        }
    }

    /// - Throws: `unsupported` where each answer has to be explained, or any on request, and none can be; `permissionDenied` where the table of
    ///   reason codes is not the one that is demanded.
    func requireExplained(_ rules: ServingRules) throws(AssayError) {
        try rules.requireReasons(service.reasonTable)
        guard rules.explanations == .always || rules.explanations == .onRequest, !service.isExplained else { return }
        throw AssayError(.unsupported, "its policy asks for explanations, and it was loaded without")
    }

    /// Whether it is scored elsewhere than in this process: by one of its own, or by a service.
    var isForeign: Bool { keeper != nil || isUpstream }

    /// Runs `body`, and notes the time for which the model's own process was asked, where it has one.
    func metered<Value, Failure: Error>(_ meter: RequestMeter, _ body: () throws(Failure) -> Value) throws(Failure) -> Value {
        guard isForeign else { return try body() }
        let begun = GatewayMetrics.now()
        defer { meter.note(modelMilliseconds: Int64((GatewayMetrics.now() - begun) * 1_000)) }
        return try body()
    }

    /// Ends its process, where it has one, once that has answered what it is asked at this moment.
    func leave() async {
        keeper?.leave()
        if isUpstream { life?.cancel() }
        try? await life?.value
    }
}
