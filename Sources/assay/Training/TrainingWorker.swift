import AssayForeign
import AssayJSON
import AssayTerms
import Foundation
import ServiceLifecycle

/// Leases runs, runs their programs, and says what came of them.
struct TrainingWorker: Service {
    private static let pause = Duration.seconds(2)
    private static let look = Duration.milliseconds(200)
    private static let renewSeconds = 10.0
    /// The server takes a worker that was silent for so long for gone, so its program is ended.
    private static let leaseSeconds = 60.0

    let address: String
    let name: String
    let pipelines: [String]
    let isOnce: Bool
    let keepsOutput: Bool

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            say("takes training from \(address)")
            while !Task.isCancelled {
                let work: JSONValue?
                do {
                    work = try await ask()
                } catch let error as AssayError where error.code == .unavailable && !isOnce {
                    say(error.message)
                    work = nil
                }
                if let work {
                    try await carryOut(work)
                } else if isOnce {
                    break
                } else {
                    try? await Task.sleep(for: Self.pause)
                }
            }
        }
    }

    private func ask() async throws -> JSONValue? {
        let body: JSONValue = ["worker": .string(String(name.prefix(64))), "pipelines": .array(pipelines.map { .string($0) })]
        let answer = try await ServerOptions.withClient(of: address) { try await $0.post(ServerPath.trainingLease, body) }
        guard let work = answer["work"], !work.isNull else { return nil }
        return work
    }

    private struct Outcome {
        var isSuccess = false
        var words = ""
        var exitStatus: Int32?
        var output: [UInt8] = []
    }

    private func carryOut(_ work: JSONValue) async throws {
        guard let id = work["training"]?["id"]?.string, let lease = work["lease"]?.string else {
            throw AssayError(.unreadable, "\(address) answered work without an id and a lease; is it a newer server?")
        }
        say("runs \(id) of \(work["training"]?["pipeline"]?.string ?? "?") for \(work["training"]?["model"]?.string ?? "?")")
        let folder = FileManager.default.temporaryDirectory.appending(path: "assay-training-\(id)-\(getpid())").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let outcome: Outcome?
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            outcome = try await watch(work, id, lease, folder)
        } catch let error as AssayError {
            outcome = Outcome(words: String(error.message.prefix(500)))
        } catch let error as CancellationError {
            throw error
        } catch {
            outcome = Outcome(words: "the worker has no folder to write to")
        }
        guard let outcome else { return say("\(id) is not wanted any more") }
        say("\(id): \(outcome.words)")
        await report(outcome, id, lease)
    }

    /// - Returns: `nil` where the server does not want it any more.
    private func watch(_ work: JSONValue, _ id: String, _ lease: String, _ folder: String) async throws -> Outcome? {
        let words = try TrainingProgram.words(work["start"] ?? .null)
        var environment = environment(work, id)
        if let reweighing = work["reweigh"], !reweighing.isNull {
            let path = folder + "/weights.csv"
            try TrainingProgram.reweigh(reweighing, to: path)
            environment["ASSAY_TRAINING_WEIGHTS"] = path
        }
        // A duration, and by a clock that is never set: the two machines need not agree what time it is.
        guard let limit = work["limit_ms"]?.integer else { throw AssayError(.unreadable, "\(address) answered work without a limit; is it an older server?") }
        let seconds = Double(limit) / 1_000
        var program = try TrainingProgram(words, environment: environment)
        let begun = ChildProcess.now()
        var renewed = begun
        var tried = begun
        while true {
            if let end = program.look() {
                var outcome = Outcome(output: program.lastWords)
                switch end {
                case .exited(let status):
                    outcome.isSuccess = status == 0
                    outcome.exitStatus = status
                    outcome.words = status == 0 ? "" : "the program ended with status \(status)"
                case .signalled(let signal): outcome.words = "the program was ended by signal \(signal)"
                case .timedOut, .tooLong: outcome.words = "the program was ended"
                }
                return outcome
            }
            if Task.isCancelled { return killed(&program, "the worker was stopped") }
            if ChildProcess.now() - begun > seconds { return killed(&program, "it took longer than its limit") }
            let now = ChildProcess.now()
            if now - tried > Self.renewSeconds {
                tried = now
                do {
                    let body: JSONValue = ["lease": .string(lease)]
                    let answer = try await ServerOptions.withClient(of: address) { try await $0.post(ServerPath.training(id, "lease"), body) }
                    guard answer["state"]?.string == "started" else {
                        program.kill()
                        return nil
                    }
                    renewed = now
                } catch let error as AssayError {
                    if error.code != .unavailable || now - renewed > Self.leaseSeconds {
                        return killed(&program, "the worker could not say that it is at it: \(error.message.prefix(300))")
                    }
                }
            }
            try? await Task.sleep(for: Self.look)
        }
    }

    private func killed(_ program: inout TrainingProgram, _ words: String) -> Outcome {
        program.kill()
        return Outcome(words: words, output: program.lastWords)
    }

    private func environment(_ work: JSONValue, _ id: String) -> [Text: String] {
        var environment: [Text: String] = [:]
        for (name, value) in ProcessInfo.processInfo.environment { environment[Text(name)] = value }
        environment["ASSAY_TRAINING_ID"] = id
        environment["ASSAY_TRAINING_REASON"] = String(decoding: (work["reason"] ?? [:]).bytes(), as: UTF8.self)
        environment["MLFLOW_TRACKING_URI"] = address
        environment["MLFLOW_RUN_CONTEXT"] = String(decoding: JSONValue.object(["assay.training": .string(id)]).bytes(), as: UTF8.self)
        if let token = environment["ASSAY_TOKEN"], !token.isEmpty { environment["MLFLOW_TRACKING_TOKEN"] = token }
        return environment
    }

    /// Also while the worker is being ended, so that nobody waits for its silence.
    private func report(_ outcome: Outcome, _ id: String, _ lease: String) async {
        var body: JSONObject = [
            "lease": .string(lease), "outcome": .string(outcome.isSuccess ? "finished" : "failed"), "words": .string(outcome.words),
        ]
        body["exit_status"] = outcome.exitStatus.map { .integer(Int64($0)) }
        if !keepsOutput { body["output"] = .string(String(decoding: outcome.output, as: UTF8.self)) }
        let said = JSONValue.object(body)
        let address = address
        await Task {
            for attempt in 1...5 {
                do {
                    _ = try await ServerOptions.withClient(of: address) { try await $0.post(ServerPath.training(id, "result"), said) }
                    return
                } catch {
                    let words = (error as? AssayError)?.message ?? "the result cannot be said"
                    say("\(id): \(words)")
                    guard (error as? AssayError)?.code == .unavailable else { return }
                    try? await Task.sleep(for: .seconds(1 << attempt))
                }
            }
        }.value
    }

    private func say(_ words: String) {
        FileHandle.standardError.write(Data("assay training work: \(words.printable)\n".utf8))
    }
}
