package import AssayModels
package import AssayTerms
import CSandbox
import Glibc
import Synchronization

/// Keeps one model's process for the life of a service, and gives it requests one after another.
///
/// The process is started by the thread that calls ``run()``, since it ends with the thread that started it. Between requests it
/// is held, so that what a model does is done within a request and its time: that takes the place of the limit on processor
/// time, which a long life would reach. An end by itself, at a limit or for lateness is followed by a new start after a pause
/// (``RestartRule``), and too many of its own by none: then every request is refused in words until somebody starts the service again.
package final class ForeignKeeper: Sendable {
    package enum Condition: Sendable {
        case starting
        case serving
        case waiting(until: Double, why: String)
        case stopped(why: String)
    }

    private struct State {
        var condition = Condition.starting
        var queue: [ForeignRequest] = []
        var isLeaving = false
        /// How often it has ended so far.
        var ends = 0
        /// The newest, so that leaving need not wait for it.
        var process: ForeignProcess?
    }

    private let files: any ModelFiles
    private let plan: LoadedModel.Plan
    private let features: [Text]
    private let restarts: Int
    private let report: @Sendable (String) -> Void
    private let limits: ForeignLimits
    private let state = Mutex(State())
    private let firstLoad = Mutex<Result<(form: ForeignForm, origin: ScorerOrigin), AssayError>?>(nil)
    private let loaded = Gate()
    /// A byte here wakes the thread that serves.
    private let wake: (reading: Int32, writing: Int32)

    /// Requests that wait while another is scored.
    package static let queueLimit = 64

    /// - Parameters:
    ///   - features: the columns in the model's order, where it knows none.
    ///   - restarts: how many ends within ten minutes are followed by another start.
    ///   - report: told what happens to the process, in words without data of requests.
    package init(
        _ files: any ModelFiles, plan: LoadedModel.Plan, features: [Text], restarts: Int, report: @escaping @Sendable (String) -> Void
    ) throws(AssayError) {
        self.files = files
        self.plan = plan
        self.features = features
        self.restarts = restarts
        self.report = report
        var limits = plan.limits
        limits.processorSeconds = 0
        self.limits = limits
        var reading: Int32 = -1
        var writing: Int32 = -1
        guard assay_pipe(&reading, &writing) == 0 else {
            throw AssayError(.unavailable, "no pipe can be made: \(String(cString: strerror(errno)))")
        }
        _ = fcntl(reading, F_SETFL, O_NONBLOCK)
        _ = fcntl(writing, F_SETFL, O_NONBLOCK)
        wake = (reading, writing)
    }

    deinit {
        close(wake.reading)
        close(wake.writing)
    }

    /// The model as it was loaded first. Waits for that; ``run()`` must be under way.
    ///
    /// - Throws: why it was not loaded.
    package func open() throws(AssayError) -> KeptModel {
        loaded.wait()
        let result = firstLoad.withLock { $0 } ?? .failure(AssayError(.internalFault, "the model's process was not started"))
        let (form, origin) = try result.get()
        return KeptModel(keeper: self, columns: form, origin: origin)
    }

    /// Ends ``run()`` and the process, whatever they do.
    package func leave() {
        let process = state.withLock { state in
            state.isLeaving = true
            return state.process
        }
        process?.end()
        wakeUp()
    }

    // MARK: Requests

    /// Waits for its turn and for the answer.
    ///
    /// - Throws: with a ``ModelOutage`` as cause where the model does not answer for the time being.
    func answer(_ request: ForeignRequest) throws(AssayError) -> [Predictions] {
        let refusal = state.withLock { state -> AssayError? in
            if let refusal = Self.refusal(state, now: ChildProcess.now()) { return refusal }
            guard state.queue.count < Self.queueLimit else {
                return AssayError(
                    .unavailable, "\(Self.queueLimit) requests already wait for the model; ask again later",
                    cause: ModelOutage(.busy, retrySeconds: 1))
            }
            state.queue.append(request)
            return nil
        }
        if let refusal { throw refusal }
        wakeUp()
        if let result = request.wait(seconds: limits.scoreSeconds) { return try result.get() }
        // Still in the queue: taken out of it. Else it is being scored, which has an end.
        let wasWaiting = state.withLock { state in
            let count = state.queue.count
            state.queue.removeAll { $0 === request }
            return state.queue.count < count
        }
        if wasWaiting {
            throw AssayError(
                .unavailable, "other requests kept the model for \(Int(limits.scoreSeconds)) seconds; ask again later",
                cause: ModelOutage(.busy, retrySeconds: 1))
        }
        guard let result = request.wait(seconds: nil) else { throw AssayError(.internalFault, "a request was lost") }
        return try result.get()
    }

    func requireReady() throws(AssayError) {
        if let refusal = state.withLock({ Self.refusal($0, now: ChildProcess.now()) }) { throw refusal }
    }

    /// Why nothing is scored now; `nil` while the process is there.
    private static func refusal(_ state: State, now: Double) -> AssayError? {
        switch state.condition {
        case .serving where !state.isLeaving: return nil
        case .serving:
            return AssayError(.unavailable, "the service is being stopped", cause: ModelOutage(.stopped))
        case .starting:
            return AssayError(
                .unavailable, "the model's process is being started\(state.ends == 0 ? "" : ", after it ended \(times(state.ends))")",
                cause: ModelOutage(.restarting, retrySeconds: 1))
        case .waiting(let until, let why):
            let seconds = max(Int((until - now).rounded(.up)), 1)
            return AssayError(
                .unavailable, "the model's process ended (\(why)) and is started again in \(seconds) s; it has ended \(times(state.ends))",
                cause: ModelOutage(.restarting, retrySeconds: seconds))
        case .stopped(let why):
            return AssayError(
                .unavailable,
                "the model's process has ended \(times(state.ends)), last because \(why), and is not started again; look at the model, "
                    + "then start the service anew", cause: ModelOutage(.stopped))
        }
    }

    static func times(_ count: Int) -> String { count == 1 ? "once" : count == 2 ? "twice" : "\(count) times" }

    // MARK: The process

    /// One process with its model in it.
    private struct Live {
        let process: ForeignProcess
        let model: ForeignModel
    }

    /// Serves until ``leave()``. Blocks; the process lives no longer than the calling thread.
    package func run() {
        defer { failAll(AssayError(.unavailable, "the service is being stopped", cause: ModelOutage(.stopped))) }
        defer { loaded.open() }
        let staged: StagedModel
        var live: Live?
        do throws(AssayError) {
            staged = try StagedModel(files)
            let first = try start(staged)
            let form = try ForeignForm(first.model, features: features, bindsByPosition: true)
            firstLoad.withLock { $0 = .success((form, first.model.origin)) }
            live = first
        } catch {
            firstLoad.withLock { $0 = .failure(error) }
            return
        }
        state.withLock { $0.condition = .serving }
        loaded.open()
        var rule = RestartRule(limit: restarts)
        while !state.withLock({ $0.isLeaving }) {
            if let current = live {
                if let end = serve(current) {
                    live = nil
                    ended(end.why, &rule, byRequest: end.isByRequest)
                }
            } else if let until = pause() {
                if ChildProcess.now() < until {
                    rest(until: until)
                } else {
                    live = restart(staged, &rule)
                }
            } else {
                rest(until: nil)
            }
        }
        live?.process.end()
        state.withLock { $0.process = nil }
    }

    private func start(_ staged: StagedModel) throws(AssayError) -> Live {
        let process = try ForeignProcess(staged, engine: plan.engine, limits: limits)
        let isLeaving = state.withLock { state in
            state.process = process
            return state.isLeaving
        }
        guard !isLeaving else { throw AssayError(.unavailable, "the service is being stopped", cause: ModelOutage(.stopped)) }
        let model = try ForeignModel(
            channel: process.openChannel(), loader: plan.loader, folder: staged.folder, limits: limits
        ) { process.end() }
        process.hold(true)
        return Live(process: process, model: model)
    }

    private func restart(_ staged: StagedModel, _ rule: inout RestartRule) -> Live? {
        state.withLock { $0.condition = .starting }
        do throws(AssayError) {
            let live = try start(staged)
            let again = try ForeignForm(live.model, features: features, bindsByPosition: true).form
            let first = try firstLoad.withLock { $0 }?.get().form.form
            guard again.inputs == first?.inputs, again.classes == first?.classes else {
                live.process.end()
                ended("it loaded as another model than before", &rule)
                return nil
            }
            state.withLock { $0.condition = .serving }
            report("the model's process was started again")
            return live
        } catch {
            ended("it could not be started: \(error.message)", &rule)
            return nil
        }
    }

    /// The next request, or what happens until there is one.
    ///
    /// - Returns: why the process is gone, and whether a request was with it; `nil` while it is there.
    private func serve(_ live: Live) -> (why: String, isByRequest: Bool)? {
        let request = state.withLock { state in state.queue.isEmpty ? nil : state.queue.removeFirst() }
        guard let request else {
            let hasSpoken = live.model.channel.watch(wake: wake.reading, until: nil)
            drain()
            return hasSpoken ? (Self.words(live.process.end(), otherwise: "it spoke without having been asked"), false) : nil
        }
        live.process.hold(false)
        let deadline = ChildProcess.now() + limits.scoreSeconds
        do throws(AssayError) {
            let answers = try request.blocks.map { (block) throws(AssayError) in
                try live.model.scores(block, parameters: request.parameters, isPositional: isPositional, until: deadline)
            }
            live.process.hold(true)
            request.finish(.success(answers))
            return nil
        } catch {
            // An answer in words leaves a process that can be asked again; memory that has run out rarely comes back.
            let isOutOfMemory = error.code == .limitExceeded && error.cause == nil
            guard live.process.hasEnded || isOutOfMemory else {
                live.process.hold(true)
                request.finish(.failure(error))
                return nil
            }
            let end = live.process.end()
            let isLate = (error.cause as? ForeignEnd)?.isLate == true
            let why =
                isLate ? "it took longer than \(Int(limits.scoreSeconds)) seconds for a request"
                : isOutOfMemory ? "it wanted more memory than it may have" : Self.words(end, otherwise: error.message)
            if isLate {
                request.finish(
                    .failure(
                        AssayError(
                            .limitExceeded,
                            "the model took longer than \(Int(limits.scoreSeconds)) seconds and its process was stopped; send fewer rows",
                            cause: ModelOutage(.late))))
            } else {
                request.finish(
                    .failure(
                        AssayError(
                            .unavailable, "the model's process ended while it scored the request (\(why))",
                            cause: ModelOutage(.restarting, retrySeconds: 2))))
            }
            return (why, true)
        }
    }

    private var isPositional: Bool {
        firstLoad.withLock { result in
            guard case .success(let first)? = result else { return false }
            return !first.form.form.inputsAreNamed
        }
    }

    private static func words(_ end: ForeignEnd, otherwise: String) -> String { end.reason.isEmpty ? otherwise : end.reason }

    /// Notes an end: who waits is told, and when it is started again is decided.
    private func ended(_ why: String, _ rule: inout RestartRule, byRequest: Bool = false) {
        let now = ChildProcess.now()
        let step = rule.ended(at: now, byRequest: byRequest)
        let (refusal, waiting) = state.withLock { state -> (AssayError?, [ForeignRequest]) in
            guard !state.isLeaving else { return (nil, []) }
            state.process = nil
            state.ends += 1
            switch step {
            case .start(let moment): state.condition = .waiting(until: moment, why: why)
            case .stop: state.condition = .stopped(why: why)
            }
            defer { state.queue = [] }
            return (Self.refusal(state, now: now), state.queue)
        }
        guard let refusal else { return }
        report(refusal.message)
        for request in waiting { request.finish(.failure(refusal)) }
    }

    /// When it is to be started again; `nil` where it is not.
    private func pause() -> Double? {
        state.withLock { state in
            guard case .waiting(let until, _) = state.condition else { return nil }
            return until
        }
    }

    private func failAll(_ error: AssayError) {
        let waiting = state.withLock { state in
            state.isLeaving = true
            defer { state.queue = [] }
            return state.queue
        }
        for request in waiting { request.finish(.failure(error)) }
    }

    // MARK: Waking

    private func wakeUp() {
        var byte: UInt8 = 1
        _ = write(wake.writing, &byte, 1)
    }

    private func drain() {
        var bytes = [UInt8](repeating: 0, count: 256)
        while read(wake.reading, &bytes, bytes.count) > 0 {}
    }

    private func rest(until deadline: Double?) {
        var waits = pollfd(fd: wake.reading, events: Int16(POLLIN), revents: 0)
        let left = deadline.map { max($0 - ChildProcess.now(), 0) * 1000 + 1 } ?? 60_000
        _ = poll(&waits, 1, Int32(min(left, 60_000)))
        drain()
    }
}
