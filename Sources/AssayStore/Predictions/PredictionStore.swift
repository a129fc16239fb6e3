package import AssayTerms

/// Prediction records and what monitors said of them, as they can be read; nothing of models that are not seen.
package protocol PredictionSnapshot {
    func predictionSegment(id: String) throws -> PredictionSegmentRecord?
    func predictionSegment(spool: [UInt8], number: Int64) throws -> PredictionSegmentRecord?
    /// In the order they arrived.
    ///
    /// - Parameters:
    ///   - ordinal: only what arrived after it.
    ///   - range: only what has rows in this half-open range of microseconds; of labels by their arrival.
    func predictionSegments(
        modelID: String, kind: PredictionSegmentRecord.Kind, versionID: String?, after ordinal: Int64, in range: Range<Int64>?, limit: Int
    ) throws -> [PredictionSegmentRecord]
    /// The newest ordinal of a model's segments; 0 where there are none.
    func lastPredictionOrdinal(modelID: String, kind: PredictionSegmentRecord.Kind) throws -> Int64
    /// The version's rows, answered rows, rows erased, first and last time; `nil` where nothing was recorded.
    func predictionTotals(versionID: String) throws -> PredictionTotals?
    /// Models that have segments.
    func predictedModelIDs() throws -> [String]
    /// Ids of segments that are not erased and whose last row is older.
    func predictionSegments(modelID: String, endedBefore microseconds: Int64) throws -> [String]

    /// The newest revision of a window's result.
    func monitorResult(planID: String, monitor: SHA256Digest, versionID: String, window: Text) throws -> MonitorResultRecord?
    /// Newest first, the newest revision of each window; `nil` for all of a model's.
    func monitorResults(modelID: String, planID: String?, monitor: SHA256Digest?, limit: Int) throws -> [MonitorResultRecord]
}

package protocol PredictionTransaction: PredictionSnapshot {
    /// - Returns: the record with its ordinal and the version's answered rows before it.
    /// - Throws: `alreadyExists` if the writer's number is taken.
    func insertPredictionSegment(_ segment: PredictionSegmentRecord) throws -> PredictionSegmentRecord
    /// Replaces digest, blob, generation and erased rows.
    func updatePredictionSegment(_ segment: PredictionSegmentRecord) throws
    func insertMonitorResult(_ result: MonitorResultRecord) throws
}

package struct PredictionTotals: Hashable, Sendable {
    package var segmentCount: Int
    package var rowCount: Int64
    package var answeredCount: Int64
    package var erasedRowCount: Int64
    package var firstMicroseconds: Int64
    package var lastMicroseconds: Int64

    package init(
        segmentCount: Int, rowCount: Int64, answeredCount: Int64, erasedRowCount: Int64, firstMicroseconds: Int64, lastMicroseconds: Int64
    ) {
        self.segmentCount = segmentCount
        self.rowCount = rowCount
        self.answeredCount = answeredCount
        self.erasedRowCount = erasedRowCount
        self.firstMicroseconds = firstMicroseconds
        self.lastMicroseconds = lastMicroseconds
    }
}
