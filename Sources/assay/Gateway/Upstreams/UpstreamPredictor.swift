import AssayCanonical
import AssayColumns
import AssayJSON
import AssayModels
import AssayServing
import AssayTerms
import Synchronization

/// A version that is scored by an HTTP service. Its files are verified as any version's are; what answers is the operator's word.
///
/// Answers are believed in nothing: length, type, count, finite numbers. No value of one is in a message.
final class UpstreamPredictor: RowPredictor {
    private struct State {
        var breaker = CircuitBreaker()
        var running = 0
        /// By the last look; `true` where nobody looks.
        var isHealthy = true
    }

    private static let rowsAtOnce = 65_536

    let form: ModelForm
    private let upstream: ServingUpstream
    private let client: UpstreamClient
    private let state = Mutex(State())

    /// - Throws: `unsupported` for a version whose signature names no columns: what would be sent is not known.
    init(_ upstream: ServingUpstream, files: any ModelFiles, client: UpstreamClient = .shared) throws(AssayError) {
        let description = try MLmodelFile(files.contents(of: "MLmodel", limit: MLmodelFile.byteLimit))
        guard let names = description.signature?.inputs?.columnNames, !names.isEmpty else {
            throw AssayError(.unsupported, "its signature names no columns, so nothing can be sent to its upstream; log it with a signature of named columns")
        }
        self.upstream = upstream
        self.client = client
        form = ModelForm(
            inputs: names, usedInputs: Array(names.indices), inputsAreNamed: true, signature: description.signature, classes: nil,
            inputExample: description.inputExample, description: "an upstream at \(Self.host(of: upstream.url)), whose bytes are not verified")
    }

    /// Without the path, for people.
    private static func host(of url: String) -> String { url.split(separator: "/").dropFirst().first.map(String.init) ?? url }

    func predictions(_ blocks: [RowBlock], parameters: JSONValue?) throws(AssayError) -> [Predictions] {
        var answers: [Predictions] = []
        for block in blocks {
            guard block.rowCount > 0 else {
                answers.append(.none)
                continue
            }
            answers.append(try ask(try form.bound(block), parameters))
        }
        return answers
    }

    func requireReady() throws(AssayError) {
        let (wait, isHealthy) = state.withLock { ($0.breaker.wait(at: Self.now()), $0.isHealthy) }
        if let wait { throw Self.away("its upstream failed several times and is asked again later", retrySeconds: wait) }
        if !isHealthy { throw Self.away("its upstream does not say that it scores", retrySeconds: 5) }
    }

    /// Looks at the upstream's health.
    func look() async {
        guard let url = upstream.healthURL else { return }
        let isHealthy = await client.isHealthy(url, upstream)
        state.withLock { $0.isHealthy = isHealthy }
    }

    private static func now() -> Int64 { Int64(GatewayMetrics.now() * 1_000) }

    private static func away(_ what: String, retrySeconds: Int) -> AssayError {
        AssayError(.unavailable, "The model cannot be asked: \(what).", cause: ModelOutage(.restarting, retrySeconds: retrySeconds))
    }

    // MARK: Asking

    private func ask(_ block: RowBlock, _ parameters: JSONValue?) throws(AssayError) -> Predictions {
        guard block.rowCount <= Self.rowsAtOnce else {
            throw AssayError(.limitExceeded, "an upstream is asked about at most \(Self.rowsAtOnce) rows at once; send several requests")
        }
        let body = try UpstreamRows.body(block, parameters, upstream.form)
        try begin()
        let answer = client.post(body, upstream)
        let isFailure = if case .failure = answer { true } else { false }
        state.withLock { state in
            state.running -= 1
            state.breaker.note(isFailure: isFailure, at: Self.now())
        }
        switch answer {
        case .answered(let bytes): return try UpstreamRows.predictions(bytes, rows: block.rowCount, upstream.form)
        case .refused(let status):
            throw AssayError(.invalidArgument, "the model's upstream refuses the rows with HTTP \(status)")
        case .failure(.late):
            throw AssayError(
                .unavailable, "The model's upstream did not answer within \(upstream.timeoutSeconds) seconds.", cause: ModelOutage(.late))
        case .failure(.away(let what)): throw Self.away(what, retrySeconds: 1)
        case .failure(.unusable(let what)): throw UpstreamRows.refusal(what)
        }
    }

    private func begin() throws(AssayError) {
        try requireHealthy()
        let (wait, isFull) = state.withLock { state -> (Int?, Bool) in
            guard state.running < upstream.concurrentRequests else { return (nil, true) }
            if let wait = state.breaker.begin(at: Self.now()) { return (wait, false) }
            state.running += 1
            return (nil, false)
        }
        if isFull {
            throw AssayError(.unavailable, "The model's upstream has as many requests as it may.", cause: ModelOutage(.busy, retrySeconds: 1))
        }
        if let wait { throw Self.away("its upstream failed several times and is asked again later", retrySeconds: wait) }
    }

    private func requireHealthy() throws(AssayError) {
        guard state.withLock(\.isHealthy) else { throw Self.away("its upstream does not say that it scores", retrySeconds: 5) }
    }
}
