import AssayPolicy
import AssayTerms
import Testing

/// Goal: what an operator wrote about feature stores is read as it was meant, and every mistake is told with its place.
@Suite struct FeatureStoresReaderTests {
    private func problems(_ text: String) -> [String] {
        do {
            _ = try FeatureStoresReader.read(Array(text.utf8))
            return []
        } catch {
            return error.lines(file: "f.yaml")
        }
    }

    @Test func aWholeFile() throws {
        let stores = try FeatureStoresReader.read(
            Array(
                """
                assay: feature-stores/v1
                stores:
                  - {store: a.store, models: ["loans", "cards-*"], missing: refuse, given: request, time: when}
                  - {store: /b}
                """.utf8))
        #expect(stores == [.init(store: "a.store", models: ["loans", "cards-*"], missing: .refuse, given: .request, time: "when"), .init(store: "/b")])
        #expect(stores[0].isFor("cards-1") && !stores[0].isFor("card") && !stores[1].isFor("loans"))
        #expect(stores[1].missing == .pass && stores[1].given == .refuse && stores[1].time == nil)
    }

    @Test(arguments: [
        ("{models: [a]}", "'store'"), ("{store: a, missing: zero}", "zero"), ("{store: a, given: both}", "both"), ("{store: a, ttl: 7}", "ttl"),
        ("{store: a, models: a}", "models"), ("{store: ''}", "store"), ("{store: a}\n  - {store: a}", "line 3 already"), ("a", "mapping"),
    ])
    func mistakesAreTold(_ store: String, _ words: String) {
        let problems = problems("assay: feature-stores/v1\nstores:\n  - \(store)\n")
        #expect(!problems.isEmpty && problems.joined().contains(words), "\(problems)")
    }

    @Test func theFormIsAskedFor() {
        #expect(problems("assay: feature-stores/v1\nstores: []\n") != [] && problems("") != [] && problems("assay: upstreams/v1\nstores: [{store: a}]\n").count == 1)
    }

    /// Where rows come from and what people are told changes nothing; what a value means changes the digest.
    @Test func theDigestOfAViewIsThatOfItsMeaning() throws {
        let text = """
            assay: feature-view/v1
            name: v
            entity: [{name: c, type: text}]
            timestamp: t
            validity: 7 days
            source: a.csv
            features: [{name: f, type: int64}]
            """
        func digest(_ old: String, _ new: String) throws -> SHA256Digest {
            try FeatureView.read(Array(text.replacing(old, with: new).utf8), catalogue: Fixtures.catalogue).digest
        }
        let first = try digest("a.csv", "a.csv")
        for (old, new) in [("a.csv", "b.parquet"), ("validity: 7 days", "validity: 168 hours"), ("source", "description: x\nsource")] { #expect(try digest(old, new) == first) }
        let others = [
            ("7 days", "8 days"), ("7 days", "unlimited"), ("name: c, type: text", "name: c, type: int64"), ("name: f", "name: g"),
            ("name: v", "name: w"), ("timestamp: t", "timestamp: u"), ("type: int64}]", "type: double}]"),
        ]
        for (old, new) in others {
            #expect(try digest(old, new) != first)
        }
    }
}
