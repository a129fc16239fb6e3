import AssayJSON
import AssayTerms

/// Frames to and from a model's process, whose failures become errors with the process's end in them.
struct ForeignExchange {
    let channel: ForeignChannel
    let limits: ForeignLimits
    let ending: @Sendable () -> ForeignEnd

    func send(_ header: JSONValue, payload: [UInt8] = [], until deadline: Double, doing what: String) throws(AssayError) {
        do throws(ForeignChannel.Failure) {
            try channel.send(header, payload: payload, until: deadline)
        } catch {
            throw self.error(error, doing: what)
        }
    }

    func receive(payloadLimit: Int, until deadline: Double, doing what: String) throws(AssayError) -> ForeignChannel.Frame {
        do throws(ForeignChannel.Failure) {
            return try channel.receive(headerLimit: limits.headerBytes, payloadLimit: payloadLimit, until: deadline)
        } catch {
            throw self.error(error, doing: what)
        }
    }

    private func error(_ failure: ForeignChannel.Failure, doing what: String) -> AssayError {
        var end = ending()
        if case .late = failure { end.isLate = true }
        switch failure {
        case .late:
            return AssayError(.limitExceeded, "the model's process was stopped: it took too long while it \(what)", cause: end)
        case .malformed(let why): return AssayError(.unreadable, "the model's answer cannot be used: \(why)", cause: end)
        case .closed:
            let reason = end.reason.isEmpty ? "" : " (\(end.reason))"
            return AssayError(
                end.isAtLimit ? .limitExceeded : .unreadable, "the model's process ended without an answer while it \(what)\(reason)",
                cause: end)
        }
    }
}
