import AssayCanonical
import AssayForeign
import AssayJSON
import AssayPolicy
import AssayTerms
import AsyncHTTPClient
import Foundation
import Glibc
import NIOCore
import NIOHTTP1

/// One program or address that answers an external check.
struct ExternalAnswerer {
    static let format = "external-check/v1"
    private static let answerLimit = 1 << 20
    private static let logLimit = 4_096
    /// What a program outside has no business with.
    private static let secrets = ["ASSAY_TOKEN", "ASSAY_EVALUATOR_KEY", "MLFLOW_TRACKING_TOKEN", "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD"]

    let name: Text
    /// The command, or the address.
    let how: String
    let seconds: Int

    /// Asks, and waits for the answer.
    ///
    /// - Parameter question: what is judged, as JSON.
    /// - Throws: `unavailable` where it cannot be started or reached, takes too long, ends with another status than 0 or answers anything but
    ///   2xx; `unreadable` for an answer that is none.
    func answer(_ question: JSONValue) async throws(AssayError) -> (result: CheckResult, input: Envelope.Input) {
        let isAddress = how.hasPrefix("https://") || how.hasPrefix("http://")
        let bytes = isAddress ? try await post(question) : try run(question)
        return (try result(in: bytes), Envelope.Input(role: "external", name: name, digest: SHA256Hasher.digest(of: bytes)))
    }

    private func result(in bytes: [UInt8]) throws(AssayError) -> CheckResult {
        func made(_ value: Double?, undefined: String? = nil) -> CheckResult {
            CheckResult(descriptor: ExternalCheck.descriptor, options: ["name": name], value: value, rows: 0, undefined: undefined)
        }
        guard let json = try? JSONValue(parsing: bytes, limits: JSONLimits(bytes: Self.answerLimit, depth: 8)), let object = json.object,
            object.members.count(where: { ["value", "passed", "undefined"].contains($0.name) }) == 1
        else {
            throw failure(.unreadable, #"answers with one of {"value": NUMBER}, {"passed": true} and {"undefined": "why"}, and with nothing else on standard output"#)
        }
        if let passed = object["passed"]?.bool { return made(passed ? 1 : 0) }
        if let why = object["undefined"]?.string { return made(nil, undefined: String(why.prefix(500))) }
        guard let value = object["value"]?.number, value.isFinite else {
            throw failure(.unreadable, "has a 'value' that is no finite number, a 'passed' that is no boolean or an 'undefined' that is no text")
        }
        return made(value)
    }

    private func failure(_ code: AssayError.Code, _ what: String) -> AssayError { AssayError(code, "The external check '\(name)' \(what).") }

    // MARK: - A command

    private func run(_ question: JSONValue) throws(AssayError) -> [UInt8] {
        var held = HeldDescriptors()
        defer { held.closeAll() }
        let input = try held.memoryFile(holding: question.bytes())
        let answer = try held.pipe()
        let log = try held.pipe()
        let environment = ProcessInfo.processInfo.environment.filter { !Self.secrets.contains($0.key) }.map { "\($0.key)=\($0.value)" }
        let child = try ChildProcess.start(
            program: "/bin/sh", arguments: ["-c", how], descriptors: [input, answer.writing, log.writing], environment: environment.sorted(),
            what: "the external check '\(name)'")
        held.close(answer.writing)
        held.close(log.writing)
        let output = child.collect(
            answer: answer.reading, answerLimit: Self.answerLimit, log: log.reading, logLimit: Self.logLimit, seconds: Double(seconds))
        // Whatever it started in the background ends with it.
        child.endGroup()
        let said = String(decoding: output.log, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines).printable
        let last = said.isEmpty ? "" : "; it said: \(said.suffix(500))"
        switch output.end {
        case .exited(0): return output.answer
        case .exited(let status): throw failure(.unavailable, "ended with status \(status)\(last)")
        case .signalled(let signal): throw failure(.unavailable, "was ended by signal \(signal)\(last)")
        case .timedOut: throw failure(.unavailable, "took longer than \(seconds) s and was ended; --external-seconds gives it more\(last)")
        case .tooLong: throw failure(.unreadable, "answered more than 1 MiB")
        }
    }

    // MARK: - An address

    private func post(_ question: JSONValue) async throws(AssayError) -> [UInt8] {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(10), read: .seconds(Int64(seconds)))
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        var request = HTTPClientRequest(url: how)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Accept", value: "application/json")
        request.headers.add(name: "User-Agent", value: "assay/\(AssayVersion.current)")
        request.body = .bytes(ByteBuffer(bytes: question.bytes()))
        let answer: (status: Int, bytes: [UInt8])
        do {
            let response = try await client.execute(request, timeout: .seconds(Int64(seconds)))
            var buffer = try await response.body.collect(upTo: Self.answerLimit)
            answer = (Int(response.status.code), buffer.readBytes(length: buffer.readableBytes) ?? [])
        } catch {
            try? await client.shutdown()
            throw failure(.unavailable, "at \(how) gave no answer within \(seconds) s: \(error)")
        }
        try? await client.shutdown()
        guard (200..<300).contains(answer.status) else { throw failure(.unavailable, "at \(how) answered HTTP \(answer.status)") }
        return answer.bytes
    }
}
