import AssayStore
import AssayTerms
import Foundation
import Testing

@testable import AssayStoreSQLite

/// A search answers the same along every path: random runs with ties, NaN and missing values are searched by random filters and
/// orders, page by page, with settings that force each path in turn, and compared with a filter and a sort written here.
@Suite struct RunSearchPathsTests {
    /// By name: always sort few candidates; always walk; give every walk up at once.
    private static let settings: [(name: String, settings: RunSearchPaths.Settings)] = [
        ("narrow", RunSearchPaths.Settings(few: 1_000_000, walkSteps: 1)),
        ("walk", RunSearchPaths.Settings(few: -1, walkSteps: 1_000_000_000)),
        ("given up", RunSearchPaths.Settings(few: -1, walkSteps: 1)),
        ("standard", RunSearchPaths.Settings()),
    ]

    @Test func everyPathGivesTheSamePages() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "assay.db").path
        var random = Draw(seed: 20_26)
        let runs = (0..<240).map { SampleRun(number: $0, &random) }
        let filling = try SQLiteStore(path: path)
        try await filling.write { tx in
            for name in ["second", "third"] {
                _ = try tx.createExperiment(name: Text(name), artifactLocation: { Text("mlflow-artifacts:/\($0)") }, tags: [], at: 1)
            }
            for run in runs { try run.write(tx) }
        }
        try filling.close()
        let searches = (0..<120).map { _ in SampleSearch(&random) }
        for (name, settings) in Self.settings {
            let store = try SQLiteStore(path: path, runSearch: settings)
            for search in searches {
                let expected = search.answer(among: runs)
                var found: [Text] = []
                var query = search.query
                repeat {
                    let page = try await store.read { [query] in try $0.searchRuns(query, experiments: search.experiments) }
                    found += page.items.map(\.info.id)
                    #expect(page.next == nil || page.items.count == query.limit)
                    query.after = page.next
                } while query.after != nil && found.count <= runs.count
                #expect(found == expected, "\(name): \(search)")
            }
            try store.close()
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
private struct Draw {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(bound))
    }
}

private struct SampleRun {
    let id: Text
    let experiment: Int64
    let start: Int64
    let end: Int64?
    var metrics: [Text: Double] = [:]
    var params: [Text: Text] = [:]
    var tags: [Text: Text] = [:]

    init(number: Int, _ random: inout Draw) {
        // Ids that do not go up with the numbers.
        id = Text(String(format: "%04x%028x", (number * 40_503) % 65_536, number))
        experiment = Int64(random.below(3))
        start = Int64(random.below(12))
        end = random.below(3) == 0 ? nil : Int64(random.below(5))
        for name in ["m1", "m2"] as [Text] {
            switch random.below(8) {
            case 0: break
            case 1: metrics[name] = .nan
            case 2: metrics[name] = .infinity
            case 3: metrics[name] = -.infinity
            default: metrics[name] = Double(random.below(6)) / 4
            }
        }
        if random.below(4) > 0 { params["p"] = Text("\(random.below(4))") }
        if random.below(4) > 0 { tags["t"] = Text("\(random.below(4))") }
        tags["mlflow.runName"] = Text("name \(random.below(20))")
    }

    func write(_ tx: any StoreTransaction) throws {
        let info = RunInfo(
            id: id, experimentID: experiment, name: tags["mlflow.runName"] ?? "", userID: "", status: .running,
            startTime: start, endTime: end, stage: .active, artifactURI: "mlflow-artifacts:/x", createdBy: "anonymous")
        try tx.createRun(NewRun(info: info, tags: tags.map { KeyValue(key: $0.key, value: $0.value) }))
        try tx.append(
            RunBatch(
                metrics: metrics.map { MetricPoint(key: $0.key, value: $0.value, timestamp: 1, step: 1) },
                params: params.map { KeyValue(key: $0.key, value: $0.value) }),
            to: tx.activeRun(id))
    }
}

private struct SampleSearch: CustomStringConvertible {
    let query: SearchQuery
    /// `nil` for all.
    let experiments: [Int64]?

    init(_ random: inout Draw) {
        var clauses: [SearchClause] = []
        for _ in 0..<random.below(3) {
            switch random.below(6) {
            case 0: clauses.append(SearchClause(entity: .parameter, key: "p", comparator: .equal, value: .text("1")))
            case 1: clauses.append(SearchClause(entity: .tag, key: "t", comparator: .notEqual, value: .text("2")))
            case 2: clauses.append(SearchClause(entity: .tag, key: "t", comparator: .isNull, value: .null))
            case 3:
                clauses.append(
                    SearchClause(entity: .attribute, key: "run_name", comparator: .equal, value: .text(Text("name \(random.below(21))"))))
            case 4:
                clauses.append(SearchClause(entity: .metric, key: "unknown", comparator: .greater, value: .number(0)))
                if random.below(4) > 0 { clauses.removeLast() }
            default:
                let comparators: [SearchComparator] = [.less, .lessOrEqual, .greater, .greaterOrEqual, .equal, .notEqual]
                clauses.append(
                    SearchClause(
                        entity: .metric, key: "m1", comparator: comparators[random.below(6)],
                        value: .number(Double(random.below(6)) / 4)))
            }
        }
        var order: [SearchOrder] = []
        let keys: [(SearchEntity, Text)] = [
            (.metric, "m1"), (.metric, "m2"), (.metric, "unknown"), (.parameter, "p"), (.tag, "t"), (.attribute, "start_time"),
            (.attribute, "end_time"), (.attribute, "run_id"),
        ]
        for _ in 0..<random.below(3) {
            let (entity, key) = keys[random.below(keys.count)]
            order.append(SearchOrder(entity: entity, key: key, ascending: random.below(2) == 0))
        }
        query = SearchQuery(clauses: clauses, order: order, limit: [1, 7, 50, 1_000][random.below(4)])
        experiments = [nil, [0], [1, 2], [0, 1, 2]][random.below(4)]
    }

    var description: String { "\(query), experiments \(experiments.map { "\($0)" } ?? "all")" }

    func answer(among runs: [SampleRun]) -> [Text] {
        runs.filter { run in
            (experiments?.contains(run.experiment) ?? true) && query.clauses.allSatisfy { holds($0, run) }
        }
        .sorted { comes($0, before: $1) }.map(\.id)
    }

    private func holds(_ clause: SearchClause, _ run: SampleRun) -> Bool {
        switch clause.entity {
        case .metric:
            guard let value = run.metrics[clause.key].map(Self.stored), case .number(let limit) = clause.value else { return false }
            switch clause.comparator {
            case .less: return value < limit
            case .lessOrEqual: return value <= limit
            case .greater: return value > limit
            case .greaterOrEqual: return value >= limit
            case .equal: return value == limit
            default: return value != limit
            }
        default:
            let value =
                switch clause.entity {
                case .parameter: run.params[clause.key]
                case .tag: run.tags[clause.key]
                default: run.tags["mlflow.runName"]
                }
            if clause.comparator == .isNull { return value == nil }
            guard let value, case .text(let wanted) = clause.value else { return false }
            return (value == wanted) == (clause.comparator == .equal)
        }
    }

    /// By the order, then newest first, then by id; NaN after numbers and missing values last, either way.
    private func comes(_ left: SampleRun, before right: SampleRun) -> Bool {
        for order in query.order {
            let (rank, otherRank) = (rank(order, left), rank(order, right))
            if rank != otherRank { return rank < otherRank }
            guard rank == 0 else { continue }
            if let answer = Self.compared(order, left, right) { return answer == order.ascending }
        }
        if !query.order.contains(where: { $0.key == "start_time" }), left.start != right.start { return left.start > right.start }
        return left.id < right.id
    }

    private func rank(_ order: SearchOrder, _ run: SampleRun) -> Int {
        switch order.entity {
        case .metric: run.metrics[order.key].map { $0.isNaN ? 1 : 0 } ?? 2
        case .parameter: run.params[order.key] == nil ? 2 : 0
        case .tag: run.tags[order.key] == nil ? 2 : 0
        default: order.key == "end_time" && run.end == nil ? 2 : 0
        }
    }

    /// Whether `left` is less; `nil` if they are equal.
    private static func compared(_ order: SearchOrder, _ left: SampleRun, _ right: SampleRun) -> Bool? {
        func less<Value: Comparable>(_ a: Value?, _ b: Value?) -> Bool? { a == b ? nil : a.flatMap { a in b.map { a < $0 } } }
        return switch (order.entity, order.key) {
        case (.metric, _): less(left.metrics[order.key].map(stored), right.metrics[order.key].map(stored))
        case (.parameter, _): less(left.params[order.key], right.params[order.key])
        case (.tag, _): less(left.tags[order.key], right.tags[order.key])
        case (_, "start_time"): less(left.start, right.start)
        case (_, "end_time"): less(left.end, right.end)
        default: less(left.id, right.id)
        }
    }

    private static func stored(_ value: Double) -> Double {
        min(max(value, -.greatestFiniteMagnitude), .greatestFiniteMagnitude)
    }
}
