import AssayColumns
import AssayData
import AssayExplain
import AssayForeign
import AssayModels
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

        var scoring: ScoringService.Options { .init(isStrict: isStrict, furtherColumns: furtherColumns) }
    }

    let opened: OpenedModel
    let service: ScoringService
    /// What ordinary rows look like; `nil` where too few are known.
    let reference: ExtractionReference?
    /// For people: what it is and how it is explained.
    let words: String
    private let keeper: ForeignKeeper?
    private let life: Task<Void, any Error>?

    private init(
        _ opened: OpenedModel, _ service: ScoringService, _ words: String, reference: ExtractionReference?, keeper: ForeignKeeper? = nil, life: Task<Void, any Error>? = nil
    ) {
        self.opened = opened
        self.service = service
        self.reference = reference
        self.words = words
        self.keeper = keeper
        self.life = life
    }

    /// - Throws: why it cannot be loaded or explained; nothing of it is left behind then.
    static func load(_ opened: OpenedModel, _ options: Options) async throws -> ServedModel {
        let foreign = options.foreign
        switch try await OwnThread.run({ try LoadedModel.find(opened.files, foreign: foreign.choice) }) {
        case .native(let model):
            let background = try await OwnThread.run { try opened.background(model.form).background(of: model, path: nil) }
            let service = ScoringService(model: model, background: background, options: options.scoring)
            return ServedModel(
                opened, service, "\(model.form.description), explained against \(background.name)",
                reference: try await reference(opened, NativePredictor(model)))
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
                        path: nil, limit: kernel.backgroundRows, seed: UInt64(kernel.seed)),
                    settings: kernel.settings, seconds: seconds, for: model)
            }
            let service = ScoringService(predictor: model, kernel: explanations, options: options.scoring)
            let words = explanations.map { "explained against \($0.background.rowCount) rows of \($0.background.name)" } ?? "not explained"
            return ServedModel(
                opened, service, "\(model.form.description), \(words)", reference: try await reference(opened, model), keeper: keeper, life: life)
        } catch {
            keeper.leave()
            try? await life.value
            throw error
        }
    }

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

    /// Whether it is scored by a process of its own.
    var isForeign: Bool { keeper != nil }

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
        try? await life?.value
    }
}
