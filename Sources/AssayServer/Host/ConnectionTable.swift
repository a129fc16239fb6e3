import NIOCore
import Synchronization

/// The open connections of one listener, so that new ones find room: the one that has been idle longest goes first.
final class ConnectionTable: Sendable {
    private struct State {
        var nextID = 0
        var connections: [Int: (channel: any Channel, idleSince: NIODeadline?)] = [:]
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    /// Takes a new connection in. Where there is no room, the longest idle one is asked to close; while all of them are at
    /// work the answer is `nil`, and the new one is not to be served.
    func add(_ channel: any Channel, now: NIODeadline) -> Int? {
        let (id, leaving) = state.withLock { state -> (Int?, (any Channel)?) in
            var leaving: (any Channel)?
            if state.connections.count >= limit {
                let idle = state.connections.lazy.filter { $0.value.idleSince != nil }
                guard let longest = idle.min(by: { ($0.value.idleSince ?? now) < ($1.value.idleSince ?? now) }) else { return (nil, nil) }
                leaving = longest.value.channel
                // It counts no more, so that the next one that comes does not choose it again.
                state.connections[longest.key] = nil
            }
            state.nextID += 1
            state.connections[state.nextID] = (channel, now)
            return (state.nextID, leaving)
        }
        leaving?.pipeline.fireUserInboundEventTriggered(CloseIfIdle())
        return id
    }

    func setIdle(_ id: Int, since: NIODeadline?) {
        state.withLock { state in
            if let channel = state.connections[id]?.channel { state.connections[id] = (channel, since) }
        }
    }

    func remove(_ id: Int) { state.withLock { _ = $0.connections.removeValue(forKey: id) } }
}

/// Asks a connection to close unless a request has come meanwhile.
struct CloseIfIdle: Sendable {}

/// Says that the body of the present request is about to be read, for clients that wait to be told (`Expect: 100-continue`).
struct BodyWanted: Sendable {}
