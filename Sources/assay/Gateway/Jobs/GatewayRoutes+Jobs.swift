import AssayCanonical
import AssayData
import AssayJSON
import AssayPolicy
import AssayServer
import AssayServing
import AssayStore
import AssayTerms
import AssayWire
import Glibc
import HTTPTypes

/// Data sets that are scored in jobs. Who hands one in sees it, and nobody else does.
extension GatewayRoutes {
    private static let chunk = 1 << 20

    var jobRoutes: [Route] {
        Self.places.map { place in
            Route("POST", "/models/{model}\(place.path)/jobs", .open, body: .stream) { exchange in
                try await admitted(exchange, as: .mlflow) { _ in try await submit(exchange, place.selector(exchange)) }
            }
        } + [
            Route("GET", "/jobs", .open) { exchange in
                let caller = try caller(of: exchange)
                let store = try required()
                let list = store.jobs(of: caller.name).map { $0.json(now: JobStore.now(), keptHours: store.keptHours) }
                return .json(JSONValue.object(["jobs": .array(list)]).bytes())
            },
            Route("GET", "/jobs/{id}", .open) { exchange in
                let caller = try caller(of: exchange)
                return try reply(required().job(exchange.parameter("id").string, of: caller.name))
            },
            Route("GET", "/jobs/{id}/result", .open) { exchange in
                let caller = try caller(of: exchange)
                let store = try required()
                let job = try store.job(exchange.parameter("id").string, of: caller.name)
                guard job.state == .succeeded else {
                    throw AssayError(.conflict, "The job is \(job.state.rawValue), so it has no result\(job.state.hasEnded ? "" : " yet")\(job.message.map { ": \($0)" } ?? ".")")
                }
                let file = try ResultFile(store.path(job.id, "result"))
                return Reply(
                    contentType: job.form.contentType,
                    headers: Self.headers(job) + [(name: "Content-Disposition", value: "attachment; filename=\"\(job.id).\(job.form.rawValue)\"")],
                    body: .stream(length: file.length, chunks: AsyncThrowingStream { try file.next(Self.chunk) }))
            },
            Route("DELETE", "/jobs/{id}", .open, body: Route.BodyRule.none) { exchange in
                let caller = try caller(of: exchange)
                let (job, isRemoved) = try required().delete(exchange.parameter("id").string, of: caller.name)
                return try reply(job, more: ["removed": .bool(isRemoved)])
            },
        ]
    }

    private func required() throws(AssayError) -> JobStore {
        guard let jobs else {
            throw AssayError(.notFound, "This gateway takes no jobs; whoever runs it would name a folder for them with --jobs.")
        }
        return jobs
    }

    private func reply(_ job: GatewayJob, status: Int = 200, more: JSONObject = [:]) throws(AssayError) -> Reply {
        var object = job.json(now: JobStore.now(), keptHours: try required().keptHours).object ?? [:]
        for member in more.members { object[member.name] = member.value }
        var reply = Reply.json(JSONValue.object(object).bytes(), status: status)
        if status == 202 { reply.headers.append((name: "Location", value: "/jobs/\(job.id)")) }
        return reply
    }

    private static func headers(_ job: GatewayJob) -> [(name: String, value: String)] {
        var headers = ServingRoutes.headers(job.model, version: job.version)
        if let arm = job.arm { headers.append((name: "Assay-Arm", value: arm.rawValue)) }
        return headers
    }

    // MARK: Handing in

    private func submit(_ exchange: Exchange, _ selector: GatewayTable.Selector) async throws -> Reply {
        let store = try required()
        let caller = try caller(of: exchange)
        guard let input = Self.format(exchange.contentType) else {
            return Self.reply(
                .invalidParameterValue,
                "A data set is sent as text/csv, application/vnd.apache.parquet, application/vnd.apache.arrow.file, "
                    + "application/vnd.apache.arrow.stream or application/x-ndjson; say which in Content-Type.", as: .mlflow, status: 415)
        }
        let form: GatewayJob.Form = try Self.word("format", exchange, standard: .csv)
        let asked: Answer = try Self.word("explanations", exchange, standard: .no)
        let batch = try RequestFacts.batch(HTTPField.Name(RequestFacts.batchField).flatMap { exchange.headers[$0] })
        let (version, place, _) = try table.findPlaced(exchange.parameter("model"), selector)
        defer { version.release() }
        let isExplained = try Self.isExplained(version, isAsked: asked == .yes)
        if let announced = exchange.bodyStream.announcedBytes {
            guard announced <= store.byteLimit else { throw tooLarge(store) }
            guard announced > 0 else { throw AssayError(.invalidArgument, "The request has no data set; its body is the file itself.") }
        }
        do {
            _ = try version.isBeyondStatement(now: UTCTime.now())
        } catch {
            throw AssayError(.unavailable, error.message)
        }
        let id: String
        do {
            id = try store.begin(caller.name)
        } catch let refusal as JobStore.Refusal {
            return Self.reply(.requestLimitExceeded, refusal.message, as: .mlflow, retrySeconds: refusal.retrySeconds)
        }
        do {
            let (bytes, digest) = try await receive(exchange.bodyStream, store.path(id, "input"), limit: store.byteLimit, store)
            guard bytes > 0 else { throw AssayError(.invalidArgument, "The request has no data set; its body is the file itself.") }
            var job = GatewayJob(
                id: id, caller: caller.name, model: version.model, held: .init(version: version.number, manifest: version.statement.manifest),
                place: selector.recorded, heldPlace: place, unitName: HTTPField.Name("Assay-Unit").flatMap { exchange.headers[$0] } ?? "",
                digest: digest, input: input, form: form, isExplained: isExplained, isExplanationAsked: asked == .yes, batch: batch, bytes: bytes,
                created: JobStore.now())
            if let scorer = try? table.scorer(of: job) {
                job.settle(scorer)
                scorer.version.release()
            }
            try store.hasArrived(job)
            return try reply(job, status: 202)
        } catch {
            store.hasNotArrived(id, caller: caller.name)
            throw error
        }
    }

    private func tooLarge(_ store: JobStore) -> AssayError {
        AssayError(.limitExceeded, "The data set is larger than the \(store.byteLimit >> 20) MiB that this gateway takes at once. Split it, or hand in Parquet.")
    }

    /// Writes a body to a file of this user's alone.
    private func receive(_ body: BodyChunks, _ path: String, limit: Int64, _ store: JobStore) async throws -> (bytes: Int64, digest: SHA256Digest) {
        let file = try JobFile(path)
        var bytes: Int64 = 0
        var hasher = SHA256Hasher()
        var waiting: [UInt8] = []
        for try await chunk in body {
            bytes += Int64(chunk.count)
            guard bytes <= limit else { throw tooLarge(store) }
            hasher.update(chunk)
            waiting += chunk
            guard waiting.count >= Self.chunk else { continue }
            let part = waiting
            waiting = []
            try await OwnThread.run { try file.write(part) }
        }
        let rest = waiting
        try await OwnThread.run { try file.write(rest) }
        return (bytes, hasher.finish())
    }

    private enum Answer: String, CaseIterable {
        case yes, no
    }

    /// A word of the query.
    ///
    /// - Throws: `invalidArgument` for one that is none of its words.
    private static func word<Word: RawRepresentable<String> & CaseIterable>(_ name: Text, _ exchange: Exchange, standard: Word) throws(AssayError) -> Word {
        guard let text = exchange.queryValue(name) else { return standard }
        guard let word = Word(rawValue: text) else {
            throw AssayError(.invalidArgument, "'\(name)' is \(Word.allCases.map(\.rawValue).joined(separator: " or ")).")
        }
        return word
    }

    /// - Throws: `permissionDenied` where the policy lets nothing be explained, `unsupported` where the model is not explained here.
    static func isExplained(_ version: GatewayTable.Version, isAsked: Bool) throws(AssayError) -> Bool {
        let rule = version.statement.rules.explanations
        guard isAsked || rule == .always else { return false }
        guard rule != .never else {
            throw AssayError(.permissionDenied, "The policy of \(version.model) lets no explanations be given. Leave explanations=yes out.")
        }
        guard version.served.service.isExplained else {
            throw AssayError(.unsupported, "\(version.model) version \(version.number) is not explained here. Leave explanations=yes out, or have the gateway started with --explain-foreign.")
        }
        return true
    }

    private static func format(_ contentType: String?) -> DataFormat? {
        switch contentType?.split(separator: ";").first.map({ $0.lowercased().filter { $0 != " " } }) {
        case "text/csv", "application/csv": .csv
        case "application/vnd.apache.parquet", "application/x-parquet": .parquet
        case "application/vnd.apache.arrow.file", "application/vnd.apache.arrow.stream": .arrow
        case "application/x-ndjson", "application/jsonl", "application/x-jsonlines", "application/json-lines": .jsonLines
        default: nil
        }
    }
}
