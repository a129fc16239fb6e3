import AssayStore
import AssayStoreSQLite
import AssayTerms
import Testing

/// Points are added many in one statement; what is kept of a batch does not depend on how it is cut.
@Suite struct ManyPointsTests {
    private static let id: Text = "0123456789abcdef0123456789abcdef"

    @Test(arguments: [1, 7, 8, 9, 63, 64, 65, 72, 73, 200, 1_000])
    func everyPointIsKeptOnce(_ count: Int) async throws {
        try await withTemporaryStore { store in
            try await store.write { tx in
                try tx.createRun(
                    NewRun(
                        info: RunInfo(
                            id: Self.id, experimentID: 0, name: "n", userID: "", status: .running, startTime: 1, endTime: nil,
                            stage: .active, artifactURI: "mlflow-artifacts:/0/x/artifacts", createdBy: "anonymous"), tags: []))
            }
            // Two names in turn, each fifth point a repeat of the one before the last, steps that come backwards.
            let points = (0..<count).map { place in
                let step = Int64(count - (place % 5 == 4 ? place - 2 : place))
                return MetricPoint(key: place % 2 == 0 ? "even" : "odd", value: Double(step) / 3, timestamp: 5, step: step)
            }
            try await store.write { try $0.append(RunBatch(metrics: points), to: $0.existingRun(Self.id)) }
            for name: Text in ["even", "odd"] {
                let wanted = Set(points.filter { $0.key == name })
                let (kept, latest) = try await store.read { snapshot in
                    let run = try snapshot.existingRun(Self.id)
                    let page = try snapshot.metricHistory(run, key: name, after: nil, limit: 2_000)
                    return (page.items, try snapshot.run(Self.id)?.metrics.first { $0.key == name })
                }
                #expect(Set(kept.map(\.step)) == Set(wanted.map(\.step)) && kept.count == wanted.count)
                #expect(kept.allSatisfy { $0.value == Double($0.step) / 3 && $0.timestamp == 5 })
                #expect(latest?.step == wanted.map(\.step).max())
            }
            // All of it again is nothing new.
            try await store.write { try $0.append(RunBatch(metrics: points), to: $0.existingRun(Self.id)) }
            let again = try await store.read { snapshot in
                try snapshot.metricHistory(snapshot.existingRun(Self.id), key: "even", after: nil, limit: 2_000).items.count
            }
            #expect(again == Set(points.filter { $0.key == "even" }).count)
        }
    }
}
