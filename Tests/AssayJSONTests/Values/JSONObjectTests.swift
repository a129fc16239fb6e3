import Testing

@testable import AssayJSON

/// An object is held against a plain list of pairs under random writes, at sizes on both sides of hashing.
@Suite struct JSONObjectTests {
    @Test func keepsFirstPlacesAndLastValues() {
        var object: JSONObject = ["b": 1, "a": 2, "b": 3]
        #expect(object.members.map(\.name) == ["b", "a"])
        #expect(object["b"] == 3)
        object["b"] = nil
        #expect(object.members.map(\.name) == ["a"])
        object["b"] = 4
        #expect(object.members.map(\.name) == ["a", "b"])
        #expect(object["c"] == nil)
    }

    @Test func namesAreBytes() {
        let composed = "\u{E9}"
        let decomposed = "e\u{301}"
        #expect(composed == decomposed, "Swift's own equality, which is not ours")
        for padding in [0, 40] {
            var object = JSONObject((0..<padding).map { ("\($0)", .null) })
            object[composed] = 1
            object[decomposed] = 2
            #expect(object.count == padding + 2)
            #expect(object[composed] == 1)
            #expect(object[decomposed] == 2)
        }
        #expect(JSONValue.string(composed) != .string(decomposed))
    }

    @Test(arguments: [5, 12, 13, 40, 300])
    func agreesWithAList(nameCount: Int) {
        var object = JSONObject()
        var list: [(String, Int64)] = []
        var state: UInt64 = 42
        for step in 0..<2000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let name = "name-\((state >> 33) % UInt64(nameCount))"
            if (state >> 20) % 4 == 0 {
                object[name] = nil
                list.removeAll { $0.0 == name }
            } else {
                object[name] = .integer(Int64(step))
                if let place = list.firstIndex(where: { $0.0 == name }) {
                    list[place].1 = Int64(step)
                } else {
                    list.append((name, Int64(step)))
                }
            }
            #expect(object[name]?.integer == list.first { $0.0 == name }?.1)
        }
        #expect(object.members.map(\.name) == list.map(\.0))
        #expect(object.members.map(\.value.integer) == list.map(\.1))
    }

    @Test func equalityIgnoresOrder() {
        #expect(JSONObject([("a", 1), ("b", 2)]) == JSONObject([("b", 2), ("a", 1)]))
        #expect(JSONObject([("a", 1)]) != JSONObject([("a", 1), ("b", 2)]))
        #expect(JSONObject([("a", 1)]) != JSONObject([("b", 1)]))
        #expect(JSONValue.integer(1) != .number(1))
    }
}
