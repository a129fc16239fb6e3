package import AssayColumns
package import AssayJSON
package import AssayModels
package import AssayTerms
import Synchronization

/// A model that its own library has loaded in a confined process, and what it answers.
///
/// Calls block and are made one at a time.
package final class ForeignModel: Sendable {
    /// The columns it was fitted on, by its signature or its own word; `nil` where it knows none.
    package let inputs: [Text]?
    /// How many columns it wants, by its own word or its signature's.
    package let width: Int?
    /// `nil` where it gives no probabilities.
    package let classes: ClassLabels?
    package let loader: ForeignLoader
    package var signature: ModelSignature? { loader.signature }
    /// How and by what it is scored, for evidence.
    package let origin: ScorerOrigin

    let channel: ForeignChannel
    private let types: [Text: ModelSignature.DataType]
    private let limits: ForeignLimits
    private let dictionary = TextDictionary()
    /// Of the last request; answers repeat it, so that none is taken for another's.
    private let number = Mutex<Int64>(0)
    /// Ends the process and says how it ended; for errors.
    private let ending: @Sendable () -> ForeignEnd

    /// Waits until the process is confined and has loaded the model.
    ///
    /// - Parameters:
    ///   - folder: the staged folder, as the process sees it.
    ///   - ending: called after a failure that leaves nobody to talk to.
    /// - Throws: `unavailable` where the process could not be confined; `unsupported` where the interpreter has not what the model
    ///   needs; `limitExceeded` at a limit of time or memory; `unreadable` for a model that cannot be loaded or answers nonsense.
    package init(
        channel: ForeignChannel, loader: ForeignLoader, folder: String, limits: ForeignLimits,
        ending: @escaping @Sendable () -> ForeignEnd
    ) throws(AssayError) {
        self.channel = channel
        self.limits = limits
        self.ending = ending
        self.loader = loader
        let deadline = ChildProcess.now() + limits.loadSeconds
        let exchange = ForeignExchange(channel: channel, limits: limits, ending: ending)
        let confined = try exchange.receive(payloadLimit: 0, until: deadline, doing: "is confined")
        if let refusal = confined.header["refused"]?.string {
            throw AssayError(
                .unavailable,
                "the model is not scored, because its process cannot be confined here: \(refusal.prefix(400)). "
                    + "Run this on a Linux with Landlock and seccomp, or log the model in a form that is read here, as skops")
        }
        let hello: ForeignChannel.Frame
        do throws(AssayError) {
            hello = try exchange.receive(payloadLimit: 0, until: deadline, doing: "imports numpy and pandas")
        } catch {
            throw AssayError(
                error.code == .unreadable ? .unsupported : error.code,
                "\(error.message); the interpreter needs both, and the model's library: name one that has them with --python PATH",
                cause: error.cause)
        }
        if let refusal = hello.header["refused"]?.string {
            throw AssayError(
                .unsupported, "the model is not scored: \(refusal.prefix(400)); name an interpreter of Python with --python PATH")
        }
        origin = ScorerOrigin(
            loader: loader.module, python: Self.version(hello.header["python"]),
            libraries: (hello.header["libraries"]?.object?.members ?? []).reduce(into: [:]) { libraries, member in
                libraries[Text(member.name)] = Text(Self.version(member.value))
            },
            confinement: (confined.header["confinement"]?.array ?? []).compactMap { $0.string.map { Text($0) } })
        let path = loader.file.map { "\(folder)/\($0)" } ?? folder
        try exchange.send(
            ["do": "load", "module": .string(loader.module), "path": .string(path), "alone": .bool(loader.takesRowsAlone)], until: deadline,
            doing: "loads the model")
        let frame = try exchange.receive(payloadLimit: limits.headerBytes, until: deadline, doing: "loads the model")
        if let error = frame.header["error"]?.string { throw Self.loading(error, frame.header, by: loader, ending) }
        var answer = ForeignAnswer(frame, dictionary: dictionary)
        do throws(AssayError) {
            classes = try answer.classes()
            try answer.finish()
        } catch {
            _ = ending()
            throw error
        }
        let declared = loader.signature?.inputs
        var names = frame.header["names"]?.array.map { $0.compactMap { $0.string.map { Text($0) } } }
        if let columns = declared?.columnNames { names = columns }
        inputs = names.flatMap { $0.isEmpty || $0.count > 100_000 || Set($0).count != $0.count ? nil : $0 }
        width = frame.header["width"]?.integer.flatMap { (1...100_000).contains($0) ? Int($0) : nil } ?? declared?.width
        types = (inputs ?? ForeignForm.places(width ?? 0)).enumerated().reduce(into: [:]) { types, input in
            types[input.element] = declared?.type(of: input.element, at: input.offset)
        }
    }

    /// Stages the files, starts a process for them and has it load the model. The process ends with the calling thread.
    package static func load(
        _ files: some ModelFiles, by loader: ForeignLoader, engine: ForeignEngine, limits: ForeignLimits = ForeignLimits()
    ) throws(AssayError) -> ForeignModel {
        let staged = try StagedModel(files)
        let process = try ForeignProcess(staged, engine: engine, limits: limits)
        return try ForeignModel(channel: process.openChannel(), loader: loader, folder: staged.folder, limits: limits) { process.end() }
    }

    /// What the model says of rows that have exactly its columns.
    ///
    /// - Parameters:
    ///   - parameters: an object, for a model of MLflow's that takes some.
    ///   - isPositional: whether it is given an array, since it knows no names.
    ///   - deadline: by the clock of ``ChildProcess``; without one the limit of one block.
    /// - Throws: `unreadable` for an error of the model's or an answer that cannot be used, `limitExceeded` at a limit. The process
    ///   is gone after a failure for which `ending` was called, and can be asked again after any other.
    package func scores(
        _ block: RowBlock, parameters: JSONValue? = nil, isPositional: Bool = false, until deadline: Double? = nil
    ) throws(AssayError) -> Predictions {
        let number = number.withLock { number in
            number += 1
            return number
        }
        let rows = try ForeignRows(block, types: types, number: number, parameters: parameters, isPositional: isPositional)
        let deadline = deadline ?? ChildProcess.now() + limits.scoreSeconds
        let exchange = ForeignExchange(channel: channel, limits: limits, ending: ending)
        try exchange.send(rows.header, payload: rows.payload, until: deadline, doing: "takes rows")
        // Eight bytes a number, and the arrays' own headers.
        let room = block.rowCount * 8 * (1 + (classes?.count ?? 0)) + 4096
        let frame = try exchange.receive(payloadLimit: room, until: deadline, doing: "scores \(block.rowCount) rows")
        guard frame.header["number"]?.integer == number else {
            _ = ending()
            throw ForeignAnswer.refusal("it answers another request")
        }
        if let name = frame.header["error"]?.string { throw Self.scoring(name, frame.header) }
        var answer = ForeignAnswer(frame, dictionary: dictionary)
        var predictions = Predictions(
            values: try answer.predictions(rows: block.rowCount),
            probabilities: try answer.probabilities(rows: block.rowCount, classes: classes?.count ?? 0))
        try answer.finish()
        guard classes == nil || predictions.probabilities != nil else { throw ForeignAnswer.refusal("it has no probabilities") }
        (predictions.answer, predictions.record) = try answer.form(
            hasProbabilities: predictions.probabilities != nil, classes: classes?.count ?? 0)
        if let classes { try predictions.check(against: classes) }
        return predictions
    }

    /// A version as libraries write them; anything else is not repeated.
    private static func version(_ value: JSONValue?) -> String {
        guard let text = value?.string, !text.isEmpty, text.utf8.count <= 40,
            text.utf8.allSatisfy({ (0x21..<0x7F).contains($0) })
        else { return "unknown" }
        return text
    }

    private static func loading(
        _ name: String, _ header: JSONValue, by loader: ForeignLoader, _ ending: () -> ForeignEnd
    ) -> AssayError {
        _ = ending()
        if header["memory"]?.bool == true { return memory }
        let said = PrintableWord.of(header["message"]?.string ?? "", limit: 300)
        let kind = PrintableWord.of(name, limit: 60)
        if kind == "ModuleNotFoundError" || kind == "ImportError" {
            return AssayError(
                .unsupported,
                "the interpreter lacks what the model needs (\(said)); install it there, or name another with --python PATH")
        }
        return AssayError(.unreadable, "\(loader.module) cannot load the model: \(kind): \(said)")
    }

    /// The model's own words may repeat a row's values, so they are for the log alone.
    private static func scoring(_ name: String, _ header: JSONValue) -> AssayError {
        if header["memory"]?.bool == true { return memory }
        return AssayError(
            .unreadable,
            "the model cannot score the rows: its library raises \(PrintableWord.of(name, limit: 60)); "
                + "do the columns have the types it was fitted on?",
            cause: ForeignEnd(log: PrintableWord.of(header["message"]?.string ?? "", limit: 1000)))
    }

    static let memory = AssayError(.limitExceeded, "the model wants more memory than its process may have")
}
