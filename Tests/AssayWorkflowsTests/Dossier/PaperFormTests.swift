import AssayCanonical
import AssayJSON
import AssayTerms
import AssayWorkflows
import Testing

/// A form takes what it names, in the shapes it names, and whatever it takes it writes in one way.
@Suite struct PaperFormTests {
    private static let form = PaperForm(
        "A paper",
        [
            .init("title", .text(20), isRequired: true, "t"), .init("kind", .word(["a", "b"]), "k"), .init("due", .time, "d"),
            .init("likelihood", .integer(1...5), "l"), .init("cost", .decimal, "c"), .init("owner", .person, "o"),
            .init("sha256", .digest, "s"), .init("earlier", .paper, "e"), .init("groups", .list(.word(["x", "y"])), "g"),
        ])

    private static func read(_ members: JSONObject) throws -> JSONObject {
        try form.read(members) { name in
            guard name == "ana" else { throw AssayError(.notFound, "nobody") }
            return "id-of-ana"
        }
    }

    @Test func timesAndPeopleAreWrittenInOneWay() throws {
        let content = try Self.read(["title": "T", "due": "2026-11-26T11:00:00.5+01:00", "owner": "ana", "kind": .null])
        #expect(content == ["title": "T", "due": "2026-11-26T10:00:00Z", "owner": "ana", "owner_id": "id-of-ana"])
        // Nobody says whose id it is.
        #expect(throws: AssayError.self) { try Self.read(["title": "T", "owner_id": "other"]) }
    }

    @Test(arguments: [
        ["title": "T", "cost": "1e9"], ["title": "T", "cost": "1."], ["title": "T", "cost": 5], ["title": "T", "cost": "--1"],
        ["title": "T", "cost": ""], ["title": "T", "likelihood": 1.0], ["title": "T", "likelihood": "1"], ["title": "T", "likelihood": 6],
        ["title": "T", "earlier": "00"], ["title": "T", "earlier": "0123456789ABCDEF0123456789ABCDEF"], ["title": "T", "groups": "x"],
        ["title": "T", "groups": ["x", "z"]], ["title": "T", "groups": [["x"]]], ["title": "T", "due": 5], ["title": "T", "owner": "bob"],
        ["title": ["T"]], ["title": "123456789012345678901"], ["kind": "a"],
    ] as [JSONObject])
    func whatTheFormDoesNotNameIsNotTaken(_ members: JSONObject) {
        #expect(throws: AssayError.self) { try Self.read(members) }
    }

    /// Bodies put together from what is right and what is not: nothing traps, nothing that is taken is read otherwise again.
    @Test(arguments: 0..<4)
    func whateverIsTakenIsTakenAgain(_ seed: Int) throws {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 3
        func below(_ bound: Int) -> Int {
            // SplitMix64.
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((z ^ (z >> 31)) >> 33) % bound
        }
        let values: [JSONValue] = [
            .null, true, 0, 3, -1, 2.5, "", " ", "T", "a", "x", "ana", "2026-11-26", "9999-12-31T23:59:59-23:59", "1969-01-01", "é\u{301}",
            "12.50", "-0.0", .string(String(repeating: "0", count: 32)), .string(String(repeating: "f", count: 64)), [], ["x"], ["x", "y"],
            [5], [:], ["a": "b"], .string("a\u{0}"), .string(String(repeating: "9", count: 40)),
        ]
        let names = Self.form.fields.map(\.name) + ["other", "owner_id"]
        var taken = 0
        for _ in 0..<4_000 {
            var members: JSONObject = below(8) == 0 ? [:] : ["title": "T"]
            for _ in 0..<below(4) { members[names[below(names.count)]] = values[below(values.count)] }
            guard let content = try? Self.read(members) else { continue }
            taken += 1
            var again = content
            again["owner_id"] = nil
            #expect(try Self.read(again) == content)
            #expect(throws: Never.self) { try JSONValue.object(content).canonicalBytes() }
        }
        #expect(taken > 200 && taken < 3_800, "took \(taken)")
    }
}
