import AssayPolicy
import AssayTerms
import Testing

/// The file of callers: what it says, and what is wrong with it by line and column.
struct CallersReaderTests {
    private static let (one, two) = (String(repeating: "1", count: 64), String(repeating: "2", count: 64))

    private func read(_ text: String) -> [String] {
        do throws(PolicyProblems) {
            _ = try CallersReader.read(Array(text.utf8))
            return []
        } catch {
            return error.lines(file: "f")
        }
    }

    @Test func whatItSays() throws {
        let text = """
            assay: callers/v1
            limits: {rows-per-request: 100, requests-per-second: 5}
            callers:
              - name: desk
                keys: ["sha256:\(Self.one)", "sha256:\(Self.two)"]
                models: [loans, "cards-*"]
                limits: {requests-per-second: 50, request-burst: 60, cost-per-second: 7, body-bytes: 1000, concurrent-requests: 3}
              - {name: other, keys: ["sha256:\(String(repeating: "a", count: 64))"], models: ["*"]}
            """
        let callers = try CallersReader.read(Array(text.utf8))
        #expect(callers.map(\.name) == ["desk", "other"])
        #expect(callers[0].keys.map(\.hex) == [Self.one, Self.two])
        #expect(callers[0].models == ["loans", "cards-*"])
        #expect(callers[0].limits.requests == .init(perSecond: 50, burst: 60))
        #expect(callers[0].limits.cost == .init(perSecond: 7, burst: 70))
        #expect(callers[0].limits.rows == nil)
        #expect(callers[0].limits.bodyBytes == 1_000 && callers[0].limits.rowsPerRequest == 100 && callers[0].limits.concurrentRequests == 3)
        #expect(callers[1].limits.requests == .init(perSecond: 5, burst: 50))
        #expect(callers[1].limits.rowsPerRequest == 100 && callers[1].limits.concurrentRequests == nil)
    }

    @Test func jsonIsYAML() throws {
        let text = #"{"assay": "callers/v1", "callers": [{"name": "a", "keys": ["sha256:\#(Self.one)"], "models": ["m"]}]}"#
        #expect(try CallersReader.read(Array(text.utf8)).count == 1)
    }

    @Test(arguments: [
        ("assay: callers/v2\ncallers: []", "f:1:8: error: 'assay' is 'callers/v1' for callers, not 'callers/v2'"),
        ("assay: callers/v1\ncallers: []", "f:2:1: error: 'callers' is an empty list"),
        ("assay: callers/v1", "f:1:1: error: the file of callers needs 'callers'"),
        ("assay: callers/v1\ncallers:\n  - {name: a, keys: [\"assay_caller_1_2\"], models: [m]}", "f:3:22: error: an item of 'keys' is sha256:"),
        ("assay: callers/v1\ncallers:\n  - {name: a b, keys: [\"sha256:KEY\"], models: [m]}", "f:3:12: error: 'name' is letters"),
        ("assay: callers/v1\ncallers:\n  - {name: a, keys: [\"sha256:KEY\"], model: [m]}", "f:3:"),
        ("assay: callers/v1\ncallers:\n  - {name: a, keys: [], models: [m]}", "f:3:15: error: 'keys' is an empty list"),
        ("assay: callers/v1\nlimits: {requests-per-second: 0}\ncallers:\n  - {name: a, keys: [\"sha256:KEY\"], models: [m]}", "f:2:31: error:"),
        ("assay: callers/v1\nlimits: {request-burst: 5}\ncallers:\n  - {name: a, keys: [\"sha256:KEY\"], models: [m]}", "f:2:10: error: 'request-burst' needs 'requests-per-second'"),
        (
            "assay: callers/v1\ncallers:\n  - {name: a, keys: [\"sha256:KEY\"], models: [m]}\n  - {name: a, keys: [\"sha256:KEY\"], models: [m]}",
            "f:4:5: error: a caller named 'a' starts on line 3 already"
        ),
        ("assay: callers/v1\ncallers: &x\n  - *x", "f:2:10: error:"),
        ("[", "f:"), ("", "f:1:1: error:"),
    ])
    func whatIsWrong(text: String, expected: String) {
        let lines = read(text.replacing("KEY", with: Self.one))
        #expect(lines.contains { $0.hasPrefix(expected) }, "\(lines)")
    }

    @Test func oneKeyBelongsToOneCaller() {
        let lines = read(
            "assay: callers/v1\ncallers:\n  - {name: a, keys: [\"sha256:\(Self.one)\"], models: [m]}\n  - {name: b, keys: [\"sha256:\(Self.one)\"], models: [m]}")
        #expect(lines == ["f:4:22: error: this key stands on line 3 already; each belongs to one caller"])
    }
}
