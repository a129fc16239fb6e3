package import AssayTerms

/// One monitor of one version.
package struct MonitorSeat: Hashable, Sendable {
    package let planID: String
    package let monitor: SHA256Digest
    package let versionID: String

    package init(planID: String, monitor: SHA256Digest, versionID: String) {
        self.planID = planID
        self.monitor = monitor
        self.versionID = versionID
    }
}

/// How far a monitor has come.
package struct MonitorCursor: Hashable, Sendable {
    /// The number of the first window of rows or time that was not passed yet.
    package var position: Int64
    /// Ordinals up to which segments of predictions and of labels were regarded.
    package var predictions: Int64
    package var labels: Int64

    package init(position: Int64, predictions: Int64, labels: Int64) {
        self.position = position
        self.predictions = predictions
        self.labels = labels
    }
}

/// Something of a subject's segments that windows are found by: an hour, a batch, what labels are joined by.
package struct TrafficPart: Hashable, Sendable {
    package var part: Text
    /// Of the segment.
    package var ordinal: Int64
    package var receivedMilliseconds: Int64

    package init(part: Text, ordinal: Int64, receivedMilliseconds: Int64) {
        self.part = part
        self.ordinal = ordinal
        self.receivedMilliseconds = receivedMilliseconds
    }
}

/// Rows of one part, and those of them with the event that a monitor counts.
package struct MonitorCount: Hashable, Sendable {
    package var part: Text
    package var events: Int64
    package var rows: Int64

    package init(part: Text, events: Int64, rows: Int64) {
        self.part = part
        self.events = events
        self.rows = rows
    }
}

/// Numbers in 0...1 of all rows that were counted: how many, their sum, that of their squares, and how many lay beyond what was stated.
package struct MonitorSum: Hashable, Sendable {
    package var rows: Int64
    package var total: Double
    package var squares: Double
    package var beyond: Int64

    package init(rows: Int64 = 0, total: Double = 0, squares: Double = 0, beyond: Int64 = 0) {
        self.rows = rows
        self.total = total
        self.squares = squares
        self.beyond = beyond
    }
}

/// How far the sequence of a mean is: all that was seen, and what its interval is put together from.
package struct MonitorMean: Hashable, Sendable {
    package var seen: MonitorSum
    package var weight: Double
    package var weighted: Double
    package var penalty: Double

    package init(seen: MonitorSum = MonitorSum(), weight: Double = 0, weighted: Double = 0, penalty: Double = 0) {
        self.seen = seen
        self.weight = weight
        self.weighted = weighted
        self.penalty = penalty
    }
}

/// What monitors look at, by version and model id; the caller has seen the model.
package protocol WatchSnapshot {
    /// The ordinal up to which a subject's segments are listed by parts; 0 before.
    func trafficListed(subject: String) throws -> Int64
    /// Distinct parts in a range of texts, both ends included, sorted.
    func trafficParts(subject: String, in range: ClosedRange<Text>) throws -> [Text]
    /// Parts of segments that arrived after an ordinal, in the order they arrived.
    func trafficParts(subject: String, after ordinal: Int64) throws -> [TrafficPart]
    /// Ordinals of the segments that have a part in a range of texts, both ends included, sorted.
    func trafficOrdinals(subject: String, in range: ClosedRange<Text>) throws -> [Int64]
    /// The version's segments of these ordinals, in order.
    func predictionSegments(versionID: String, ordinals: [Int64]) throws -> [PredictionSegmentRecord]
    /// The version's segments that hold answered rows of these numbers, in order.
    func predictionSegments(versionID: String, answered: Range<Int64>) throws -> [PredictionSegmentRecord]
    /// The newest ordinal of a version's segments, and its answered rows until then; `nil` where there are none.
    func newestPredictions(versionID: String) throws -> (ordinal: Int64, answered: Int64)?

    func monitorCursor(_ seat: MonitorSeat) throws -> MonitorCursor?
    /// What a monitor counted in all windows, in the order in which parts first appeared.
    func monitorTally(_ seat: MonitorSeat) throws -> [MonitorCount]
    /// Which rows of a window a mean has counted, as they were saved; empty where it counted none.
    func monitorRows(window: Text, _ seat: MonitorSeat) throws -> [UInt8]
    /// `nil` before the first window.
    func monitorMean(_ seat: MonitorSeat) throws -> MonitorMean?
    /// Windows to be judged, sorted by their key.
    func monitorDue(_ seat: MonitorSeat, limit: Int) throws -> [Text]
    /// Of one version, newest first, the newest revision of each window.
    func monitorResults(_ seat: MonitorSeat, limit: Int) throws -> [MonitorResultRecord]
}

package protocol WatchTransaction: WatchSnapshot {
    /// - Parameter through: what the subject is listed up to now.
    func insertTrafficParts(_ parts: [TrafficPart], subject: String, through: Int64) throws
    func saveMonitorCursor(_ cursor: MonitorCursor, _ seat: MonitorSeat) throws
    /// Takes the place of what the window counted before.
    func saveMonitorTally(_ counts: [MonitorCount], window: Text, _ seat: MonitorSeat) throws
    /// Takes the place of what was saved for the window before.
    func saveMonitorRows(_ rows: [UInt8], window: Text, _ seat: MonitorSeat) throws
    func saveMonitorMean(_ mean: MonitorMean, _ seat: MonitorSeat) throws
    func insertMonitorDue(_ windows: [Text], _ seat: MonitorSeat) throws
    func deleteMonitorDue(_ window: Text, _ seat: MonitorSeat) throws
}
