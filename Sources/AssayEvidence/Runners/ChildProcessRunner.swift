import AssayData
package import AssayForeign
import AssayJSON
package import AssayTerms
import Glibc

/// Computes each job in a child of the same program that confines itself before it looks at a byte of the job's files.
///
/// The child gets the job on standard input and the files as descriptors opened here; it inherits no other descriptor,
/// no environment beside the loader's search path, and never learns a path. It writes one statement to standard output.
package struct ChildProcessRunner: EvidenceRunner {
    private let program: String
    private let arguments: [String]
    private let limits: JobLimits
    private let foreign: LoadedModel.Foreign

    /// - Parameters:
    ///   - program: this program's own binary, for example `/proc/self/exe`.
    ///   - foreign: whether and by which interpreter models are scored that only their own library reads.
    package init(
        program: String = "/proc/self/exe", arguments: [String] = ["evidence-worker"], limits: JobLimits = JobLimits(),
        foreign: LoadedModel.Foreign = .refused
    ) {
        self.program = program
        self.foreign = foreign
        self.arguments = arguments
        self.limits = limits
    }

    /// - Throws: the child's own error; `unavailable` where it cannot be started or confined; `limitExceeded` where it ran
    ///   out of time or memory.
    package func run(_ job: EvidenceJob) async throws -> Envelope {
        try await OwnThread.run { try runBlocking(job) }
    }

    /// What only a model's own library can score is tried without one first: whether it is needed is in files that this process
    /// does not read.
    private func runBlocking(_ job: EvidenceJob) throws(AssayError) -> Envelope {
        let refusal: AssayError
        do throws(AssayError) {
            return try run(job, beside: nil)
        } catch {
            guard error.cause is NeedsOwnLibrary else { throw error }
            refusal = error
        }
        guard let model = job.model else { throw refusal }
        guard case .interpreter(let named, let foreignLimits, _) = foreign else {
            throw AssayError(refusal.code, "\(refusal.message); this server does not let a model's own library score it (--no-foreign)")
        }
        do throws(AssayError) {
            let interpreter = try PythonInterpreter.find(named)
            let staged = try StagedModel(OpenModelFiles(model))
            return try run(job, beside: (try ForeignProcess(staged, interpreter: interpreter, limits: foreignLimits), staged.folder))
        } catch {
            throw error.code == .unsupported ? AssayError(error.code, "\(refusal.message); \(error.message)", cause: error.cause) : error
        }
    }

    /// - Parameter process: scores the model, and where it finds the files.
    private func run(_ job: EvidenceJob, beside process: (ForeignProcess, folder: String)?) throws(AssayError) -> Envelope {
        var held = HeldDescriptors()
        defer { held.closeAll() }
        var handed = job
        // Numbers 0 to 2 are the standard streams.
        var files: [Int32] = []
        func hand(_ file: inout DataFile) throws(AssayError) {
            files.append(try held.open(file))
            file.source = .descriptor(Int32(2 + files.count))
        }
        try hand(&handed.request.data)
        if var model = handed.model {
            for index in model.indices { try hand(&model[index]) }
            handed.model = model
        }
        if var reference = handed.reference {
            try hand(&reference)
            handed.reference = reference
        }
        if let (process, folder) = process {
            let pipes = try process.hand(to: &held)
            files += [pipes.requests, pipes.answers]
            handed.foreign = ForeignHandle(requests: Int32(1 + files.count), answers: Int32(2 + files.count), folder: folder)
        }
        guard files.count + 16 < limits.descriptors else {
            throw AssayError(.limitExceeded, "the model has \(files.count - 1) files; a job takes at most \(limits.descriptors - 16)")
        }
        let input = try held.memoryFile(holding: EvidenceJobJSON.value(of: handed).bytes())
        let answer = try held.pipe()
        let log = try held.pipe()
        let child = try ChildProcess.start(
            program: program, arguments: arguments + limitArguments,
            descriptors: [input, answer.writing, log.writing] + files)
        held.close(answer.writing)
        held.close(log.writing)
        process?.0.closePipes()
        for file in files { held.close(file) }
        let output = child.collect(
            answer: answer.reading, answerLimit: limits.answerBytes, log: log.reading, logLimit: limits.errorBytes,
            seconds: limits.timeSeconds)
        // Not before: it scores while the worker computes.
        process?.0.end()
        return try Self.envelope(from: output, limits: limits)
    }

    private var limitArguments: [String] {
        [
            "--memory", "\(limits.memoryBytes)", "--processor-seconds", "\(limits.processorSeconds)", "--descriptors",
            "\(limits.descriptors)",
        ]
    }

    private static func envelope(from output: ChildProcess.Output, limits: JobLimits) throws(AssayError) -> Envelope {
        let log = ChildLog(text: String(decoding: output.log, as: UTF8.self))
        switch output.end {
        case .timedOut:
            throw AssayError(
                .limitExceeded, "the evidence job took longer than \(Int(limits.timeSeconds)) seconds and was stopped",
                cause: log)
        case .tooLong:
            throw AssayError(.limitExceeded, "the evidence job's answer is longer than is read", cause: log)
        case .signalled(let signal):
            let reason =
                signal == SIGXCPU || signal == SIGKILL
                ? "it used more processor time or memory than it may" : "it was ended by signal \(signal)"
            throw AssayError(
                signal == SIGXCPU || signal == SIGKILL ? .limitExceeded : .unreadable,
                "the evidence job gave no answer: \(reason)", cause: log)
        case .exited:
            guard let value = try? JSONValue(parsing: output.answer, limits: JSONLimits(bytes: limits.answerBytes)) else {
                throw AssayError(.internalFault, "the evidence worker gave no readable answer", cause: log)
            }
            return try WorkerAnswer.envelope(from: value)
        }
    }

    /// What a child wrote to its standard error; for the log, never for a client.
    private struct ChildLog: Error, CustomStringConvertible {
        var text: String
        var description: String { text }
    }
}
