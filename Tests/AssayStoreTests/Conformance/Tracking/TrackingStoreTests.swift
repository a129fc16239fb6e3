import AssayStore
import AssayTerms
import Testing

/// The tracking records against the rules every driver has to keep.
@Suite(.everyDriver) struct TrackingStoreTests {
    // MARK: - Files

    @Test func aLatePutLeavesCopiedListsAlone() async throws {
        try await withTemporaryStore { store in
            let run = FileOwner(.run, id: "r")
            let version = FileOwner(.modelVersion, id: "v")
            try await store.write { tx in
                _ = try tx.putFile(record("model/MLmodel", 1), of: run)
                _ = try tx.putFile(record("model/data/weights", 2), of: run)
                _ = try tx.putFile(record("modelling.txt", 3), of: run)
                let copied = try tx.copyFiles(from: run, below: "model", to: version)
                #expect(copied.map(\.path) == ["MLmodel", "data/weights"])
            }
            let writers = try await store.read { try $0.files(version).map(\.writtenBy) }
            #expect(writers == ["user 1", "user 2"])
            let unmentioned = try await store.write { try $0.putFile(record("model/MLmodel", 9), of: run) }
            #expect(unmentioned.isEmpty)
            let frozen = try await store.read { try $0.files(version) }
            #expect(frozen == [record("MLmodel", 1), record("data/weights", 2)])
            // The version still names the old blob; the run's newer one is nobody else's.
            #expect(try await store.write { try $0.removeFiles(of: run, at: "model") } == [record("", 9).blob])
        }
    }

    @Test func frozenListsRefuseEveryChange() async throws {
        try await withTemporaryStore { store in
            let version = FileOwner(.modelVersion, id: "v")
            try await store.write { tx in
                _ = try tx.putFile(record("a", 1), of: FileOwner(.loggedModel, id: "m"))
                try tx.copyFiles(from: FileOwner(.loggedModel, id: "m"), to: version)
            }
            await expect(.permissionDenied, store) { _ = try $0.putFile(record("a", 2), of: version) }
            await expect(.permissionDenied, store) { _ = try $0.putFile(record("new", 2), of: version) }
            await expect(.permissionDenied, store) { _ = try $0.removeFiles(of: version, at: "a") }
            await expect(.conflict, store) { try $0.copyFiles(from: FileOwner(.loggedModel, id: "m"), to: version) }
            #expect(try await store.read { try $0.files(version) } == [record("a", 1)])
        }
    }

    @Test func aPathIsAFileOrAFolder() async throws {
        try await withTemporaryStore { store in
            let run = FileOwner(.run, id: "r")
            try await store.write { _ = try $0.putFile(record("a/b", 1), of: run) }
            await expect(.conflict, store) { _ = try $0.putFile(record("a", 2), of: run) }
            await expect(.conflict, store) { _ = try $0.putFile(record("a/b/c", 2), of: run) }
            #expect(try await store.write { try $0.removeFiles(of: run, at: "z") } == [])
            #expect(try await store.read { try $0.mentioned([BlobID(hex: String(repeating: "00", count: 16))!]) } == [])
            #expect(try await store.write { try $0.putFile(record("a/b", 3), of: run) } == [record("", 1).blob])
        }
    }

    @Test func listingsShowOneLevel() async throws {
        try await withTemporaryStore { store in
            let run = FileOwner(.run, id: "r")
            // "a-b" and "a.b" sort around "a/", so a folder's files are not neighbours of its name in byte order.
            for (number, path) in ["a/1", "a/d/2", "a/d/3", "a-b", "a.b", "a0", "caf\u{E9}", "cafe\u{301}"].enumerated() {
                try await store.write { _ = try $0.putFile(record(Text(path), UInt8(number)), of: run) }
            }
            let root = try await store.read { try $0.listing(run, folder: nil) }
            #expect(root.map(\.path) == ["a", "a-b", "a.b", "a0", "cafe\u{301}", "caf\u{E9}"])
            #expect(root.map(\.isFolder) == [true, false, false, false, false, false])
            #expect(try await store.read { try $0.listing(run, folder: "a") }.map(\.path) == ["a/1", "a/d"])
            #expect(try await store.read { try $0.listing(run, folder: "a/1") }.isEmpty)
            #expect(try await store.read { try $0.listing(run, folder: "nothing") }.isEmpty)
        }
    }

    // MARK: - Runs

    @Test func textsThatLookAlikeAreDifferentKeys() async throws {
        try await withRun { store, run in
            try await store.write { tx in
                try tx.append(
                    RunBatch(
                        metrics: [
                            MetricPoint(key: "caf\u{E9}", value: 1, timestamp: 1, step: 0),
                            MetricPoint(key: "cafe\u{301}", value: 2, timestamp: 1, step: 0),
                        ],
                        params: [KeyValue(key: "caf\u{E9}", value: "1"), KeyValue(key: "cafe\u{301}", value: "2")]),
                    to: tx.activeRun(run))
            }
            let stored = try #require(try await store.read { try $0.run(run) })
            #expect(stored.metrics.map(\.value) == [2, 1])
            #expect(stored.params.map(\.value) == ["2", "1"])
            for (value, count) in [("caf\u{E9}", 1), ("CAF\u{E9}", 0)] as [(Text, Int)] {
                let clause = SearchClause(entity: .parameter, key: value, comparator: .isNotNull, value: .null)
                let found = try await store.read { try $0.searchRuns(SearchQuery(clauses: [clause], limit: 9), experiments: [0]) }
                #expect(found.items.count == count)
            }
        }
    }

    @Test func repeatsAreKeptOnce() async throws {
        try await withRun { store, run in
            let points = [Double.nan, 0, -0.0, .infinity, .greatestFiniteMagnitude].map {
                MetricPoint(key: "m", value: $0, timestamp: 1, step: 1)
            }
            for _ in 0..<2 { try await store.write { try $0.append(RunBatch(metrics: points), to: $0.activeRun(run)) } }
            let history = try await store.read {
                try $0.metricHistory($0.existingRun(run), key: "m", after: nil, limit: 99)
            }
            #expect(history.items.map { $0.value.isNaN ? "NaN" : "\($0.value)" } == ["0.0", "NaN", "1.7976931348623157e+308"])
            #expect(try await store.read { try $0.run(run) }?.metrics.first?.value == .greatestFiniteMagnitude)
        }
    }

    @Test func aClashingParamUndoesTheWholeBatch() async throws {
        try await withRun { store, run in
            try await store.write { try $0.append(RunBatch(params: [KeyValue(key: "p", value: "1")]), to: $0.activeRun(run)) }
            await expect(.invalidArgument, store) { tx in
                try tx.append(
                    RunBatch(
                        metrics: [MetricPoint(key: "m", value: 1, timestamp: 1, step: 0)],
                        params: [KeyValue(key: "q", value: "1"), KeyValue(key: "p", value: "2")]),
                    to: tx.activeRun(run))
            }
            let stored = try #require(try await store.read { try $0.run(run) })
            #expect(stored.params == [KeyValue(key: "p", value: "1")] && stored.metrics.isEmpty)
        }
    }

    /// The latest value is the greatest by step, time, value in whatever order points arrive.
    @Test func theLatestValueDoesNotDependOnTheOrder() async throws {
        let points = [(1, 9, 9.0), (2, 1, 5.0), (2, 2, 1.0), (2, 2, 3.0), (2, 2, Double.nan), (-5, 99, 99)].map {
            MetricPoint(key: "m", value: $0.2, timestamp: Int64($0.1), step: Int64($0.0))
        }
        for rotation in 0..<points.count {
            try await withRun { store, run in
                for point in points[rotation...] + points[..<rotation] {
                    try await store.write { try $0.append(RunBatch(metrics: [point]), to: $0.activeRun(run)) }
                }
                #expect(try await store.read { try $0.run(run) }?.metrics.first?.value == 3)
            }
        }
    }

    @Test(arguments: [1, 2, 3, 7, 10, 100])
    func samplesKeepBothEnds(_ limit: Int) async throws {
        try await withRun { store, run in
            let points = (0..<10).map { MetricPoint(key: "m", value: Double($0), timestamp: 1, step: Int64($0)) }
            try await store.write { try $0.append(RunBatch(metrics: points), to: $0.activeRun(run)) }
            let sampled = try await store.read {
                try $0.sampledHistory($0.existingRun(run), key: "m", steps: nil, limit: limit)
            }
            #expect(sampled.count == min(limit, 10))
            #expect(sampled.last?.step == 9)
            if limit > 1 { #expect(sampled.first?.step == 0) }
            #expect(sampled.map(\.step) == sampled.map(\.step).sorted())
            let part = try await store.read {
                try $0.sampledHistory($0.existingRun(run), key: "m", steps: 3...4, limit: limit)
            }
            #expect(part.last?.step == 4 && part.allSatisfy { (3...4).contains($0.step) })
        }
    }

    @Test func numbersOfPlaceholdersAreNotLimitedByTheSearch() async throws {
        try await withRun { store, run in
            let ids = (0..<5_000).map { Text("r\($0)") } + [run]
            let clause = SearchClause(entity: .attribute, key: "run_id", comparator: .isIn, value: .list(ids))
            let found = try await store.read {
                try $0.searchRuns(SearchQuery(clauses: [clause], limit: 10), experiments: Array(0..<3_000))
            }
            #expect(found.items.map(\.info.id) == [run])
        }
    }

    @Test func aForeignPositionIsRefused() async throws {
        try await withRun { store, _ in
            let query = SearchQuery(limit: 1, after: SearchPosition(values: [.integer(1)]))
            await #expect(throws: AssayError.self) {
                try await store.read { try $0.searchRuns(query, experiments: [0]) }
            }
        }
    }

    // MARK: - Patterns

    /// LIKE with case is run as GLOB, whose own marks must lose their meaning.
    @Test(arguments: [
        ("a*b", "a*b", true), ("a*b", "axb", false), ("a?b", "a?b", true), ("a?b", "axb", false), ("[ab]", "[ab]", true),
        ("[ab]", "a", false), ("a%", "abc", true), ("A%", "abc", false), ("_b_", "abc", true), ("_b_", "abcd", false),
        ("%é%", "aéb", true), ("_", "é", true), ("]", "]", true), ("a[^x]", "a[^x]", true), ("", "", true), ("%", "", true),
    ])
    func likeMatchesWholeTextsWithCase(_ pattern: String, _ value: String, _ matches: Bool) async throws {
        try await withRun { store, run in
            try await store.write {
                try $0.append(RunBatch(tags: [KeyValue(key: "t", value: Text(value))]), to: $0.activeRun(run))
            }
            let clause = SearchClause(entity: .tag, key: "t", comparator: .like, value: .text(Text(pattern)))
            let found = try await store.read {
                try $0.searchRuns(SearchQuery(clauses: [clause], limit: 9), experiments: nil)
            }
            #expect(found.items.count == (matches ? 1 : 0))
        }
    }

    // MARK: - Help

    private func record(_ path: Text, _ number: UInt8) -> FileRecord {
        let bytes = [UInt8](repeating: number, count: 32)
        return FileRecord(
            path: path, blob: BlobID(hex: Hex.encode(bytes.prefix(16))), size: Int64(number),
            digest: SHA256Digest(bytes: bytes)!, writtenBy: "user \(number)")
    }

    private func expect(
        _ code: AssayError.Code, _ store: any Store, _ useCase: @escaping @Sendable (any StoreTransaction) throws -> Void
    ) async {
        let error = await #expect(throws: AssayError.self) { try await store.write(useCase) }
        #expect(error?.code == code)
    }

    private func withRun(_ body: (any Store, Text) async throws -> Void) async throws {
        try await withTemporaryStore { store in
            let id: Text = "0123456789abcdef0123456789abcdef"
            try await store.write { tx in
                try tx.createRun(
                    NewRun(
                        info: RunInfo(
                            id: id, experimentID: 0, name: "n", userID: "", status: .running, startTime: 1, endTime: nil,
                            stage: .active, artifactURI: "mlflow-artifacts:/0/x/artifacts", createdBy: "anonymous"),
                        tags: []))
            }
            try await body(store, id)
        }
    }
}
