package import AssayTerms

/// One message to one webhook, from the change that caused it until it has arrived or was given up.
package struct WebhookDelivery: Hashable, Sendable {
    package enum State: String, Sendable, CaseIterable {
        /// Waits for its turn, or for the next attempt.
        case queued
        /// Held by a worker until its lease ends.
        case sending
        /// The receiver answered that it has it.
        case delivered
        /// Given up.
        case failed
        /// The webhook was disabled or deleted before.
        case cancelled

        package var isFinished: Bool { self != .queued && self != .sending }
    }

    /// One time that it was sent, or tried to be.
    package struct Attempt: Hashable, Sendable {
        /// From 1.
        package var number: Int
        package var startedMilliseconds: Int64
        /// `nil` while it lasts.
        package var finishedMilliseconds: Int64?
        /// The HTTP status, where there was an answer.
        package var status: Int?
        /// A fixed word for what went wrong.
        package var error: String?

        package init(
            number: Int, startedMilliseconds: Int64, finishedMilliseconds: Int64? = nil, status: Int? = nil, error: String? = nil
        ) {
            self.number = number
            self.startedMilliseconds = startedMilliseconds
            self.finishedMilliseconds = finishedMilliseconds
            self.status = status
            self.error = error
        }
    }

    /// A random UUID; the same at every attempt, so that receivers see a repeat.
    package var id: String
    package var webhookID: String
    package var event: WebhookEvent
    /// The ledger entry that it tells of.
    package var entryID: String
    package var actorID: String
    /// The bytes that are sent, sealed under the key of what they are about.
    package var sealedBody: [UInt8]
    package var state: State
    /// When the next attempt is due.
    package var dueMilliseconds: Int64
    package var createdMilliseconds: Int64
    package var finishedMilliseconds: Int64?
    /// In order.
    package var attempts: [Attempt]
    /// The order in which a webhook's messages are sent. Only the store sets it.
    package var ordinal: Int64

    package init(
        id: String, webhookID: String, event: WebhookEvent, entryID: String, actorID: String, sealedBody: [UInt8],
        createdMilliseconds: Int64, state: State = .queued, dueMilliseconds: Int64? = nil,
        finishedMilliseconds: Int64? = nil, attempts: [Attempt] = [], ordinal: Int64 = 0
    ) {
        self.id = id
        self.webhookID = webhookID
        self.event = event
        self.entryID = entryID
        self.actorID = actorID
        self.sealedBody = sealedBody
        self.state = state
        self.dueMilliseconds = dueMilliseconds ?? createdMilliseconds
        self.createdMilliseconds = createdMilliseconds
        self.finishedMilliseconds = finishedMilliseconds
        self.attempts = attempts
        self.ordinal = ordinal
    }
}
