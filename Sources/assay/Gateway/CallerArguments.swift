import ArgumentParser
import AssayPolicy
import AssayServer
import AssayStore
import AssayTerms
import Logging

/// Who may ask a gateway, and how much.
struct CallerArguments: ParsableArguments {
    private static let fileLimit = 256 << 10

    @Option(
        help: ArgumentHelp(
            "A file that names who may ask, by the digests of their keys (assay gateway-key makes them), which models and how much.",
            discussion: "Without it whoever reaches the gateway may ask, within the limits below.", valueName: "file"))
    var callers: String?

    @Option(help: ArgumentHelp("Requests a second that are answered, where there are no --callers; unless given, as many as can be.", valueName: "count"))
    var requestsPerSecond: Int?

    @Option(help: ArgumentHelp("Rows that one request may have, where there are no --callers.", valueName: "count"))
    var rowsPerRequest = CallerLimits.greatestRowsPerRequest

    @Option(help: ArgumentHelp("Requests that are answered at a time, where there are no --callers; unless given, as many as can be.", valueName: "count"))
    var concurrentRequests: Int?

    @Flag(help: "Name callers in /metrics, which needs no key; unless given, their numbers are added up.")
    var metricsCallers = false

    enum Signs: String, ExpressibleByArgument, CaseIterable {
        case off
        case report
        case throttle
    }

    @Option(
        help: ArgumentHelp(
            "What is done where somebody's requests look as if a model were copied: off, report (a line of the log and a number), or throttle.",
            valueName: "what"))
    var extractionSigns = Signs.report

    func validate() throws {
        guard callers == nil || requestsPerSecond == nil && concurrentRequests == nil && rowsPerRequest == CallerLimits.greatestRowsPerRequest else {
            throw ValidationError("--requests-per-second, --rows-per-request and --concurrent-requests are limits of --callers' file, where there is one")
        }
        guard (1...CallerLimits.greatestRowsPerRequest).contains(rowsPerRequest) else {
            throw ValidationError("--rows-per-request is a number from 1 to \(CallerLimits.greatestRowsPerRequest).")
        }
        guard (1...1_000_000).contains(requestsPerSecond ?? 1) else { throw ValidationError("--requests-per-second is a number from 1 to 1000000.") }
        guard (1...100_000).contains(concurrentRequests ?? 1) else { throw ValidationError("--concurrent-requests is a number from 1 to 100000.") }
    }

    /// - Throws: with file, line and column for what is wrong with the file; `unavailable` where others may read or change it.
    func gate() throws(AssayError) -> CallerGate {
        let now: @Sendable () -> Int64 = { Int64(GatewayMetrics.now() * 1_000) }
        guard let callers else {
            var limits = CallerLimits()
            limits.requests = requestsPerSecond.map { CallerLimits.Rate(perSecond: Int64($0), burst: 10 * Int64($0)) }
            limits.rowsPerRequest = rowsPerRequest
            limits.concurrentRequests = concurrentRequests
            return CallerGate(anonymous: limits, now: now)
        }
        return CallerGate(try Self.read(callers), now: now)
    }

    static func read(_ callers: String) throws(AssayError) -> [GatewayCaller] {
        guard let bytes = try SecretFile.read(callers, limit: fileLimit) else {
            throw AssayError(.notFound, "There is no file \(callers).")
        }
        do throws(PolicyProblems) {
            return try CallersReader.read(bytes)
        } catch {
            throw error.error(file: callers)
        }
    }

    func watch(_ gate: CallerGate, _ logger: Logger) -> ExtractionWatch? {
        extractionSigns == .off ? nil : ExtractionWatch(gate: gate, throttles: extractionSigns == .throttle, logger: logger)
    }
}
