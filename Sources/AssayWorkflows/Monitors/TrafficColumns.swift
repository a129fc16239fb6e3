import AssayColumns
import AssayEvidence
import AssayPolicy
import AssayRecords
import AssayTerms

/// Which columns of recorded rows a set of monitors looks at.
struct TrafficColumns: Sendable {
    /// By the names that checks know them by; `nil` for all.
    private var names: Set<Text>?
    /// What labels are joined by: names of recorded columns.
    private var ways: Set<Text>
    private(set) var batches: Bool
    private(set) var withFailures: Bool
    /// Whether rows say which of the version's answers they are, in `@position`.
    private(set) var numbered: Bool

    /// - Parameter ways: `by id`, `by reference`, `by COLUMN`: what the model's labels are joined by.
    init(_ monitors: [PolicyMonitor], ways: [Text], catalogue: Catalogue) {
        var names: Set<Text>? = []
        for monitor in monitors {
            guard let descriptor = catalogue[monitor.check.id] else { continue }
            // What cannot be asked for says so when it is computed.
            let request = try? MonitorAnswer.request(monitor.check, descriptor, window: nil) { _ in true }
            guard let read = request.flatMap({ try? EvidenceEngine.columns(of: $0) }) else {
                names = nil
                break
            }
            names?.formUnion(read)
        }
        self.names = names
        self.ways = Set(ways.map { Text(String($0.string.dropFirst("by ".count))) })
        batches = monitors.contains { $0.window == .batch }
        withFailures = monitors.contains { catalogue[$0.check.id]?.needs.contains(.traffic) == true }
        numbered = monitors.contains(where: Self.countsOnce)
    }

    /// Whether a monitor remembers which rows it counted: means over all traffic, which take back nothing.
    static func countsOnce(_ monitor: PolicyMonitor) -> Bool {
        monitor.anytime != nil && AnytimeForm(check: monitor.check.id)?.shape == .mean
    }

    /// Whether labels that come can change what a monitor says.
    ///
    /// - Parameter joined: columns that labels have beside the label itself.
    static func mayReadLabels(_ monitor: PolicyMonitor, _ descriptor: CheckDescriptor?, joined: Set<Text>) -> Bool {
        guard let descriptor else { return false }
        if descriptor.needs.contains(.label) { return true }
        let request = try? MonitorAnswer.request(monitor.check, descriptor, window: nil) { _ in true }
        guard let read = request.flatMap({ try? EvidenceEngine.columns(of: $0) }) else { return true }
        return read.contains(RecordColumn.label) || !joined.isDisjoint(with: read)
    }

    private static let always: Set<Text> = [RecordColumn.status, RecordColumn.arm, RecordColumn.time, RecordColumn.position]
    private static let ids: Set<Text> = [RecordColumn.idHigh, RecordColumn.idLow, RecordColumn.row]

    func keeps(_ stored: Text) -> Bool {
        guard let names else { return true }
        if Self.always.contains(stored) { return true }
        if batches, stored == RecordColumn.batch || Self.ids.contains(stored) { return true }
        if ways.contains("id"), Self.ids.contains(stored) { return true }
        if ways.contains("reference"), stored == RecordColumn.reference { return true }
        let name = RecordColumn.original(stored) ?? stored
        return names.contains(name) || ways.contains(name)
    }

    /// Whether a check wants a column that the block lacks, so that it may be among the labels.
    func asksMore(than block: RowBlock) -> Bool {
        guard let names else { return true }
        let there = Set(block.columns.map { RecordColumn.original($0.name) ?? $0.name })
        return !names.isSubset(of: there)
    }
}
