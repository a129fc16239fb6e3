package import NIOCore

/// What one listener lets its clients take up.
package struct ConnectionLimits: Sendable {
    /// How long a client may keep a connection waiting: without a complete request head; with less than
    /// ``minimumBodyBytes`` of a body it is sending; without taking what it asked for. Time in which the client waits for
    /// the server does not count.
    package var patience: TimeAmount = .seconds(60)
    /// Of a body that is being sent, in each stretch of ``patience``: about 270 bytes a second.
    package var minimumBodyBytes = 16 << 10
    /// Connections at a time. At the limit the one that has been without a request for longest makes room for the next.
    package var connections = 4_096
    /// Bytes of a request's head in all, and in one field. MLflow's clients stay below a tenth.
    package var headBytes = 64 << 10
    package var headFields = 200
    /// What is still read of a body that nobody wants, so that its sender sees the answer. Beyond it, and beyond
    /// ``lingering``, the connection is cut.
    package var unwantedBytes: Int64 = 32 << 20
    package var lingering: TimeAmount = .seconds(10)
    /// The rest of a body that is read for the sake of keeping the connection.
    package var drainedBytes: Int64 = 64 << 10

    package init() {}

    package init(patienceSeconds: Int) {
        patience = .seconds(Int64(patienceSeconds))
        lingering = min(lingering, patience)
    }
}
