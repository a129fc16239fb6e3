package import AssayTerms
import Glibc
import Synchronization

/// A confined process for one model: this program, which gives up what it may not have and becomes the interpreter.
package final class ForeignProcess: Sendable {
    private let requests: Int32
    private let answers: Int32
    /// Whether the pipes are somebody else's to close.
    private let isHandedOver = Mutex(false)
    private let child: ChildProcess
    private let log: MemoryFile
    private let ended = Mutex<ForeignEnd?>(nil)
    /// Kept until the process has ended.
    private let staged: StagedModel

    /// The process ends with the calling thread at the latest.
    ///
    /// - Parameter program: this program's own binary.
    /// - Throws: `unavailable` where it cannot be started.
    package convenience init(
        _ staged: StagedModel, interpreter: PythonInterpreter, limits: ForeignLimits, program: String = "/proc/self/exe"
    ) throws(AssayError) {
        try self.init(staged, engine: .python(interpreter), limits: limits, program: program)
    }

    /// - Parameter engine: what the process becomes.
    package init(
        _ staged: StagedModel, engine: ForeignEngine, limits: ForeignLimits, program: String = "/proc/self/exe"
    ) throws(AssayError) {
        var held = HeldDescriptors()
        defer { held.closeAll() }
        let requests = try held.pipe()
        let answers = try held.pipe()
        let nothing = try held.open(path: "/dev/null", as: "/dev/null")
        log = try MemoryFile()
        let descriptors = [requests.reading, nothing, try held.open(descriptor: log.descriptor, as: "the log"), answers.writing]
        child = try ChildProcess.start(
            program: program, arguments: Self.arguments(staged, engine, limits), descriptors: descriptors,
            what: "the model's process")
        held.release(requests.writing)
        held.release(answers.reading)
        self.requests = requests.writing
        self.answers = answers.reading
        self.staged = staged
    }

    deinit {
        _ = end()
        closePipes()
    }

    /// For frames to and from it. To be called once, or not at all.
    package func openChannel() -> ForeignChannel {
        isHandedOver.withLock { $0 = true }
        return ForeignChannel(requests: requests, answers: answers)
    }

    /// Its pipes for another process, which is to have them under the numbers that it knows them by.
    package func hand(to held: inout HeldDescriptors) throws(AssayError) -> (requests: Int32, answers: Int32) {
        (try held.open(descriptor: requests, as: "the model's process"), try held.open(descriptor: answers, as: "the model's process"))
    }

    /// From now on only who was handed the pipes holds them, so that either side sees the other's end.
    package func closePipes() {
        isHandedOver.withLock { isHandedOver in
            guard !isHandedOver else { return }
            isHandedOver = true
            close(requests)
            close(answers)
        }
    }

    /// Stops it between requests, so that it computes for nobody, or lets it go on. Its end is seen either way, since its pipes
    /// close.
    package func hold(_ isHeld: Bool) {
        ended.withLock { ended in
            guard ended == nil else { return }
            child.hold(isHeld)
            // What it has written is of no use any more, and the file may not grow for the life of a service.
            if isHeld { log.empty(beyond: 1 << 20) }
        }
    }

    /// Whether its end was asked for or seen.
    package var hasEnded: Bool { ended.withLock { $0 != nil } }

    /// Kills it if it still runs. How it ended is said the first time it is known.
    @discardableResult package func end() -> ForeignEnd {
        ended.withLock { ended in
            if let ended { return ended }
            // A process that has closed its pipe has a moment to say by which signal it ends, held or not.
            child.hold(false)
            let how = child.end(within: 0.05) ?? child.kill()
            var end = ForeignEnd(log: String(decoding: log.head(4096), as: UTF8.self))
            switch how {
            case .signalled(SIGKILL): end.reason = "it was stopped"
            case .signalled(SIGXCPU): (end.isAtLimit, end.reason) = (true, "it used more processor time than it may")
            case .signalled(SIGABRT), .signalled(SIGSEGV), .signalled(SIGBUS):
                end.reason = "it crashed; it may have wanted more memory than it may have"
            case .signalled(let signal): end.reason = "signal \(signal)"
            case .exited(let status): end.reason = "status \(status)"
            case .timedOut, .tooLong: break
            }
            ended = end
            return end
        }
    }

    private static func arguments(
        _ staged: StagedModel, _ engine: ForeignEngine, _ limits: ForeignLimits
    ) -> [String] {
        [
            "foreign-worker", "--scratch", staged.scratch,
            "--memory", "\(limits.memoryBytes)", "--processor-seconds", "\(limits.processorSeconds)",
            "--scratch-bytes", "\(limits.scratchBytes)", "--descriptors", "\(limits.descriptors)", "--read", staged.folder,
        ] + engine.words
    }
}
