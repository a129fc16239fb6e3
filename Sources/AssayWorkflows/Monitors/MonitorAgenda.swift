import AssayPolicy
import AssayStore
import AssayTerms

/// Which windows of a monitor are to be judged: those that became full or over, and those of before that something came for.
///
/// What is noted here stays until it is judged, so a backlog of any length is worked off, the oldest first, and a stop loses nothing.
struct MonitorAgenda: Sendable {
    let version: GovernedVersion
    let monitor: WatchedVersion.Monitor
    let isPlaced: Bool
    /// Microseconds since 1970.
    let now: Int64
    let answered: Int64
    /// Segments of labels up to here are there.
    let labels: Int64
    /// Whether labels can change what it says.
    let readsLabels: Bool

    var seat: MonitorSeat { MonitorSeat(planID: monitor.planID, monitor: monitor.digest, versionID: version.id) }

    private var window: PolicyMonitor.Window { monitor.monitor.window }

    /// Notes what is new, and answers with what is to be judged now.
    ///
    /// - Parameter limit: how many windows.
    func due(in store: any Store, limit: Int) async throws -> [MonitorWindow] {
        let agenda = self
        let news = try await store.read { try agenda.news($0) }
        if let news {
            try await store.write { tx in
                try tx.insertMonitorDue(news.windows, agenda.seat)
                try tx.saveMonitorCursor(news.cursor, agenda.seat)
            }
        }
        return try await store.read { tx in
            var windows = try tx.monitorDue(agenda.seat, limit: limit).compactMap { MonitorWindow(key: $0, of: agenda.window) }
            guard case .rows(let count) = agenda.window, let cursor = try tx.monitorCursor(agenda.seat) else { return windows }
            var number = cursor.position
            while windows.count < limit, (number + 1) * Int64(count) <= agenda.answered {
                if let next = MonitorWindow(number: number, of: agenda.window), !windows.contains(next) { windows.append(next) }
                number += 1
            }
            return windows
        }
    }

    private struct News: Sendable {
        var cursor: MonitorCursor
        var windows: [Text]
    }

    /// `nil` where there is none.
    private func news(_ tx: any StoreSnapshot) throws -> News? {
        let known = try tx.monitorCursor(seat)
        var cursor = try known ?? beginning(tx)
        var windows: [Text] = []
        switch window {
        case .rows: break
        case .hours, .days: windows += try overOrLate(tx, &cursor)
        case .batch: windows += try quiet(tx, &cursor)
        }
        if labels > cursor.labels {
            if readsLabels { windows += try tx.monitorResults(seat, limit: MonitorPass.revisited).map(\.window) }
            cursor.labels = labels
        }
        return known == cursor && windows.isEmpty ? nil : News(cursor: cursor, windows: windows)
    }

    /// Where a monitor begins: with the first rows, or behind what it judged before there were cursors.
    private func beginning(_ tx: any StoreSnapshot) throws -> MonitorCursor {
        let judged = try tx.monitorResults(seat, limit: 1_000)
        let through = judged.map(\.through).max()
        var cursor = MonitorCursor(position: 0, predictions: through ?? 0, labels: through ?? labels)
        guard let length = window.length else { return cursor }
        if let last = judged.compactMap({ MonitorWindow.number(ofKey: $0.window, length: length) }).max() {
            cursor.position = last + 1
        } else if case .rows = window {
            cursor.position = 0
        } else {
            let first = try tx.trafficParts(subject: version.id, in: TrafficListing.hours).first.flatMap(TrafficListing.start(ofHour:))
            cursor.position = (first ?? now) / length
        }
        return cursor
    }

    /// Windows that are over since the last look, and those of before that rows came for late. Of windows without a row the newest alone:
    /// nobody has to be told of each hour since a clock that stood in 1970.
    private func overOrLate(_ tx: any StoreSnapshot, _ cursor: inout MonitorCursor) throws -> [Text] {
        guard let length = window.length else { return [] }
        var numbers: Set<Int64> = []
        var seen = cursor.predictions
        for arrived in try tx.trafficParts(subject: version.id, after: cursor.predictions) {
            seen = max(seen, arrived.ordinal)
            guard let start = TrafficListing.start(ofHour: arrived.part), TrafficListing.hours.contains(arrived.part) else { continue }
            if start / length < cursor.position { numbers.insert(start / length) }
        }
        cursor.predictions = seen
        let over = max(0, now - MonitorPass.graceMicroseconds) / length
        if cursor.position < over {
            let range = cursor.position * length..<over * length
            for part in try tx.trafficParts(subject: version.id, in: TrafficListing.hours(of: range)) {
                if let start = TrafficListing.start(ofHour: part) { numbers.insert(start / length) }
            }
            // Of a version that is out of service nobody expects anything.
            if isPlaced { numbers.formUnion(max(cursor.position, over - Int64(MonitorPass.emptyWindows))..<over) }
            cursor.position = over
        }
        return numbers.sorted().compactMap { MonitorWindow(number: $0, of: window)?.key }
    }

    /// Batches of which nothing more came for a while. What still comes is regarded at the next look.
    private func quiet(_ tx: any StoreSnapshot, _ cursor: inout MonitorCursor) throws -> [Text] {
        let before = now / 1_000 - MonitorPass.quietMilliseconds
        var names: [Text] = []
        var newest: [Text: (received: Int64, first: Int64)] = [:]
        var seen = cursor.predictions
        for arrived in try tx.trafficParts(subject: version.id, after: cursor.predictions) {
            seen = max(seen, arrived.ordinal)
            guard let name = TrafficListing.name(ofBatch: arrived.part) else { continue }
            if newest[name] == nil { names.append(name) }
            newest[name] = (arrived.receivedMilliseconds, newest[name]?.first ?? arrived.ordinal)
        }
        let waiting = names.filter { (newest[$0]?.received ?? 0) > before }
        cursor.predictions = waiting.compactMap { newest[$0]?.first }.min().map { $0 - 1 } ?? seen
        return names.filter { !waiting.contains($0) }.map { MonitorWindow.batch($0).key }
    }
}
