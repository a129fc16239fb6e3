import ArgumentParser
import AssayCanonical
import AssayData
import AssayEvidence
import AssayExplain
import AssayForeign
import AssayModels
import AssayPolicy
import AssayServer
import AssayServing
import AssayTerms
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// `assay serve`: one model behind MLflow's scoring protocol, with explanations.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Answer predictions with their explanations, as mlflow models serve does.",
        discussion: """
            MODEL is a folder that mlflow wrote, runs:/RUN_ID/PATH, or models:/NAME/VERSION, models:/NAME/STAGE or \
            models:/NAME@ALIAS. A registered model needs the server's signed deployment statement, and every file is \
            checked against it; folders and runs are served as ungoverned, and every answer says so. A model that assay \
            does not read itself is scored by its own library in one confined process that is kept for the life of the \
            service: requests are answered one after another, with 503 while the process is started again. It is explained \
            on demand, by --explanations: kernel SHAP asks it about many rows for each row of a request.
            """)

    @Argument(help: ArgumentHelp("The model.", valueName: "model"))
    var positionalModel: String?

    @Option(name: [.customShort("m"), .customLong("model")], help: ArgumentHelp("The model, as mlflow writes it.", valueName: "model"))
    var namedModel: String?

    @OptionGroup var listener: ListenerArguments

    @Option(name: [.customShort("p"), .long], help: "The port to listen on.")
    var port = 1234

    @Option(help: "The tracking server of runs: and models: addresses. Without it: ASSAY_SERVER, then MLFLOW_TRACKING_URI.")
    var server: String?

    @Option(help: "The key that deployment statements must be signed by; without it the server is asked for its key.")
    var key: String?

    @Option(help: "Rows that explanations compare with: a CSV or Parquet file with the model's columns.")
    var background: String?

    @Flag(help: "MLflow's errors for {\"data\": …} and for rows without names.")
    var strictMlflow = false

    @Flag(inversion: .prefixedNo, help: "Whether answers carry explanations; by default where assay reads the model itself.")
    var explanations: Bool?

    @OptionGroup var kernel: KernelOptions

    @OptionGroup var foreign: ForeignArguments

    @Option(
        help: ArgumentHelp(
            "How often within ten minutes the process of such a model may end by itself, not by a request, and is started again.", valueName: "count"))
    var foreignRestarts: Int = 5

    @Option(help: "Give reasons by this table of reason codes (reason-codes/v1); without it by the reason-codes.yaml of the model, where it has one.")
    var reasons: String?

    @Option(help: "Decide by these thresholds, as assay mitigate threshold --out writes them, and not as the model does.")
    var thresholds: String?

    @Option(help: "The column of requests whose value a row is drawn by under thresholds; unless given, the digest of its inputs.")
    var thresholdsKey: String?

    @Option(help: "A file that holds what draws under thresholds depend on beside the key: a whole number from 0. Keep it secret.")
    var thresholdsSeed: String?

    func validate() throws {
        guard thresholds != nil || (thresholdsKey == nil && thresholdsSeed == nil) else {
            throw ValidationError("--thresholds-key and --thresholds-seed belong to --thresholds")
        }
        guard (positionalModel == nil) != (namedModel == nil) else {
            throw ValidationError("name one model: assay serve MODEL, or assay serve -m MODEL")
        }
        guard (0...1000).contains(foreignRestarts) else { throw ValidationError("--foreign-restarts is a number from 0 to 1000.") }
        try ListenerArguments.requirePort(port)
    }

    func run() async throws {
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = .notice
            return handler
        }
        try listener.requireClosed()
        let opened = try await OpenedModel.open(positionalModel ?? namedModel ?? "", server: server, key: key)
        let foreign = foreign
        switch try await OwnThread.run({ try LoadedModel.find(opened.files, foreign: foreign.choice) }) {
        case .native(let model):
            try foreign.requireNoFeatures()
            let path = background
            let wish = try wish(opened)
            let asking = kernel.asking(seconds: Double(foreign.foreignSeconds))
            let (explaining, words) = wish == false ? (.nothing, "not explained") : try await OwnThread.run {
                try opened.background(model.form).serving(model, path: path, asking: asking, isRequired: wish == true)
            }
            if case .native = explaining { try kernel.requireUnused("\(opened.name) is explained by its own numbers, so leave them out") }
            let rule = try servedThresholds(opened, classes: model.classes)
            let service = ScoringService(
                predictor: NativePredictor(model), explaining: explaining,
                options: .init(isStrict: strictMlflow, reasons: try reasonTable(opened, model.form)), rule: rule)
            announce(opened, model.form, words, thresholds: rule)
            try await listen(service, opened, rule)
        case .foreign(let plan): try await serve(plan, opened)
        }
    }

    /// Serves a model by its own library, whose process lives as long as the thread that runs its keeper.
    private func serve(_ plan: LoadedModel.Plan, _ opened: OpenedModel) async throws {
        let explains = try wish(opened) == true
        guard explains || background == nil else {
            throw AssayError(
                .invalidArgument,
                "\(opened.name) is scored by its own library and explained on demand only: add --explanations, or leave --background out")
        }
        if !explains { try kernel.requireUnused("add --explanations, or leave them out") }
        let keeper = try ForeignKeeper(
            opened.files, plan: plan, features: foreign.featureNames, restarts: foreignRestarts
        ) { FileHandle.standardError.write(Data("assay: \($0)\n".utf8)) }
        async let life: Void = OwnThread.run { keeper.run() }
        do {
            let model = try await OwnThread.run { try keeper.open() }
            let rule = try servedThresholds(opened, classes: model.form.classes)
            let path = background
            let options = kernel
            let seconds = Double(foreign.foreignSeconds)
            let explanations = !explains ? nil : try await OwnThread.run {
                try KernelExplanations(
                    background: opened.background(model.form).rows(
                        path: path, limit: options.kernelRows, seed: UInt64(options.seed)),
                    settings: options.settings, seconds: seconds, for: model)
            }
            let words = explanations.map { "explained against \($0.background.rowCount) rows of \($0.background.name)" } ?? "not explained"
            announce(
                opened, model.form, "confined by \(model.origin.confinement.map(\.string).joined(separator: ", ")), \(words)", thresholds: rule,
                reason: plan.reason)
            try await listen(
                ScoringService(
                    predictor: model, explaining: explanations.map { .kernel($0) } ?? .nothing,
                    options: .init(isStrict: strictMlflow, reasons: try reasonTable(opened, model.form)), rule: rule), opened, rule)
        } catch {
            keeper.leave()
            try await life
            throw error
        }
        keeper.leave()
        try await life
    }

    /// Whether answers are explained: as its statement says, else as the command line does; `nil` leaves it to the model.
    ///
    /// - Throws: `permissionDenied` where the two contradict each other.
    private func wish(_ opened: OpenedModel) throws(AssayError) -> Bool? {
        guard case .statement(let statement, _) = opened.governance, let word = statement.rules.explanations else { return explanations }
        guard explanations ?? (word != .never) == (word != .never) else {
            throw AssayError(
                .permissionDenied, "the policies of \(opened.name) say 'explanations: \(word.rawValue)'; leave --\(word == .never ? "" : "no-")explanations out")
        }
        return word != .never
    }

    private func listen(_ service: ScoringService, _ opened: OpenedModel, _ rule: ServedThresholds?) async throws {
        let logger = Logger(label: "assay")
        let address = listener.address(port)
        var book: RuleBook?
        if case .statement(let statement, _) = opened.governance { book = statement.book(profile: opened.profile) }
        if book?.needsExplanation ?? false, !service.isExplained {
            throw AssayError(.unsupported, "\(opened.name) has rules that ask what moved an answer most, and it is served without explanations; add --explanations")
        }
        try requireReasons(service, opened)
        let http = HTTPHost(
            host: listener.host, port: port, otherHosts: listener.allowHost,
            routes: ServingRoutes(service: service, governance: opened.governance, thresholds: rule?.digest, book: book).routes, logger: logger,
            authenticate: { [caller = listener.caller] _ in caller },
            announce: {
                FileHandle.standardOutput.write(Data("assay \(AssayVersion.current) answers /invocations at \(address)\n".utf8))
            })
        try await ServiceGroup(
            configuration: .init(
                services: [.init(service: NamedService(service: http), successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        ).run()
    }

    /// - Throws: `permissionDenied` where an approved version would be decided by thresholds that are none of its files.
    private func servedThresholds(_ opened: OpenedModel, classes: ClassLabels?) throws(AssayError) -> ServedThresholds? {
        guard let thresholds else { return nil }
        guard let classes else {
            throw AssayError(.invalidArgument, "\(opened.name) gives no probabilities, by which thresholds decide; leave --thresholds out")
        }
        let bytes = try SmallFile.bytes(of: thresholds)
        let digest = SHA256Hasher.digest(of: bytes)
        if case .statement(let statement, _) = opened.governance,
            !(statement.files + statement.tables).contains(where: { $0.digest == digest })
        {
            throw AssayError(
                .permissionDenied,
                "\(thresholds) (sha256:\(digest.hex)) is none of the files that were approved with \(opened.name); log it with the model "
                    + "or its run before the version is registered, and serve that")
        }
        var seed: UInt64 = 0
        if let thresholdsSeed {
            let text = String(decoding: try SmallFile.bytes(of: thresholdsSeed), as: UTF8.self)
            guard let number = UInt64(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
                throw AssayError(.invalidArgument, "\(thresholdsSeed) does not hold a whole number from 0 and nothing else")
            }
            seed = number
        }
        return try ServedThresholds(
            ThresholdDocument(json: bytes, name: thresholds), digest: digest, key: thresholdsKey.map { Text($0) }, seed: seed,
            classes: classes)
    }

    private func announce(
        _ opened: OpenedModel, _ form: ModelForm, _ words: String, thresholds: ServedThresholds?, reason: String? = nil
    ) {
        var lines = ["\(opened.name): \(form.description), \(form.inputs.count) columns, \(words)"]
        if let reason { lines.append("its own library scores it, because assay does not read it: \(reason)") }
        if let thresholds {
            lines.append("decided by thresholds sha256:\(thresholds.digest.hex); requests bring \(thresholds.columns.map { "'\($0)'" }.joined(separator: ", ")).")
            if thresholds.isRandomised, thresholdsSeed == nil {
                lines.append(
                    "warning: the thresholds leave decisions to chance and no secret seed is given, so whoever knows a row can know "
                        + "its draw beforehand; give --thresholds-seed FILE, or use the deterministic form.")
            }
        }
        switch opened.governance {
        case .ungoverned:
            lines.append("UNGOVERNED: no gate let this model through; every answer says so in its Assay-Governance header.")
        case .statement(let statement, let keyIsPinned):
            lines.append("let through by the gate; all \(statement.files.count) files are the approved ones; served until \(statement.notAfterText).")
            if !keyIsPinned { lines.append("the signing key was taken from the server itself; pin it with --key.") }
        }
        FileHandle.standardError.write(Data(lines.map { "assay: \($0)\n" }.joined().utf8))
    }
}
