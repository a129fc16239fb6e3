package import NIOCore

/// What one connection is doing and how long its client has been keeping it waiting. Pure: time is handed in.
package struct ConnectionState: Sendable {
    /// Why a connection is cut.
    package enum Cut: Hashable, Sendable {
        /// No request, or the head of one that does not get finished.
        case idle
        case slowSender
        case slowReader
        /// The sender of an unwanted body had its time to see the answer.
        case unwantedBody
    }

    package enum AfterAnswer: Hashable, Sendable {
        case goOn
        /// The answer said that it is the last one.
        case close
        /// Nothing more goes out, and what still comes in is only taken in to be dropped.
        case linger
    }

    /// A body on its way in.
    private struct Body {
        /// `nil` for a body in chunks.
        let announcedBytes: Int64?
        var receivedBytes: Int64 = 0

        func rest(isAtMost bytes: Int64) -> Bool { announcedBytes.map { $0 - receivedBytes <= bytes } ?? false }
    }

    private let limits: ConnectionLimits
    private var body: Body?
    private var requestCount = 0
    private var idleSince: NIODeadline
    /// The stretch in which bytes are counted: moved on by the time in which nobody was reading.
    private var stretchStart: NIODeadline
    private var stretchBytes = 0
    private var readsPausedSince: NIODeadline?
    private var unwritableSince: NIODeadline?
    private var closesAfterAnswer = false
    private var lingering: (since: NIODeadline, bytes: Int64)?

    package init(limits: ConnectionLimits, now: NIODeadline) {
        self.limits = limits
        idleSince = now
        stretchStart = now
    }

    /// Whether the connection is between requests and may be closed without anybody missing anything.
    package var isIdle: Bool { requestCount == 0 && body == nil }
    package var isLingering: Bool { lingering != nil }
    /// Whether a body began and did not end.
    package var isBodyOpen: Bool { body != nil }

    // MARK: - Coming in

    /// - Parameter announcedBytes: what `Content-Length` says; 0 for a request without a body, `nil` for one in chunks.
    package mutating func headReceived(announcedBytes: Int64?, now: NIODeadline) {
        requestCount += 1
        body = Body(announcedBytes: announcedBytes)
        stretchStart = now
        stretchBytes = 0
    }

    package mutating func bodyReceived(_ count: Int) {
        body?.receivedBytes += Int64(count)
        stretchBytes += count
    }

    package mutating func bodyEnded(now: NIODeadline) {
        body = nil
        if isIdle { idleSince = now }
    }

    /// What was read was handed on; whether anybody wants more is not known yet.
    package mutating func readsPaused(now: NIODeadline) { readsPausedSince = now }

    package mutating func readsResumed(now: NIODeadline) {
        guard let since = readsPausedSince else { return }
        stretchStart = stretchStart + (now - since)
        readsPausedSince = nil
    }

    // MARK: - Going out

    package mutating func writabilityChanged(isWritable: Bool, now: NIODeadline) {
        if isWritable { unwritableSince = nil } else if unwritableSince == nil { unwritableSince = now }
    }

    /// - Returns: whether the answer that begins is the connection's last, because too much of its request is still to come.
    package mutating func answerBegins() -> Bool {
        // While several requests wait for their answers, the open body is a later one's.
        if requestCount == 1, let body, !body.rest(isAtMost: limits.drainedBytes) { closesAfterAnswer = true }
        return closesAfterAnswer
    }

    package mutating func answerEnded(now: NIODeadline) -> AfterAnswer {
        requestCount = max(requestCount - 1, 0)
        if isIdle { idleSince = now }
        guard closesAfterAnswer else { return .goOn }
        guard body != nil else { return .close }
        lingering = (now, 0)
        return .linger
    }

    /// - Returns: whether more may be dropped.
    package mutating func dropped(_ count: Int) -> Bool {
        lingering?.bytes += Int64(count)
        return (lingering?.bytes ?? 0) <= limits.unwantedBytes
    }

    // MARK: - Judging

    /// What to do at `now`; to be asked a few times within each stretch of patience. Begins a new stretch where one is over.
    package mutating func cut(now: NIODeadline) -> Cut? {
        if let lingering { return now - lingering.since >= limits.lingering ? .unwantedBody : nil }
        if let unwritableSince, now - unwritableSince >= limits.patience { return .slowReader }
        if isIdle { return now - idleSince >= limits.patience ? .idle : nil }
        guard body != nil, (readsPausedSince ?? now) - stretchStart >= limits.patience else { return nil }
        guard stretchBytes >= limits.minimumBodyBytes else { return .slowSender }
        stretchStart = readsPausedSince ?? now
        stretchBytes = 0
        return nil
    }
}
