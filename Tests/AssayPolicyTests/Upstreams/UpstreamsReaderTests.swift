import AssayPolicy
import AssayTerms
import Testing

/// Goal: what an operator wrote about upstreams is read as it was meant, and every mistake is told with its place.
struct UpstreamsReaderTests {
    private func problems(_ text: String) -> [String] {
        do {
            _ = try UpstreamsReader.read(Array(text.utf8))
            return []
        } catch {
            return error.lines(file: "u.yaml")
        }
    }

    @Test func aWholeFile() throws {
        let digest = String(repeating: "0f", count: 32)
        let upstreams = try UpstreamsReader.read(
            Array(
                """
                assay: upstreams/v1
                upstreams:
                  - {model: loans, version: 3, url: "http://10.0.0.7:8081/invocations", protocol: mlflow, health: /ping, token: "env:UP", timeout-seconds: 5, concurrent-requests: 2}
                  - {model: cards, manifest: \(digest), url: "https://[fd00::1]/v2/models/cards/infer", protocol: v2}
                """.utf8))
        #expect(upstreams.count == 2)
        #expect(upstreams[0].healthURL == "http://10.0.0.7:8081/ping" && upstreams[0].timeoutSeconds == 5 && upstreams[0].concurrentRequests == 2)
        #expect(upstreams[1].healthURL == nil && upstreams[1].timeoutSeconds == 30 && upstreams[1].form == .v2)
        let manifest = try #require(SHA256Digest(hex: digest))
        #expect(upstreams[1].isFor("cards", version: 9, manifest: manifest) && !upstreams[0].isFor("loans", version: 2, manifest: manifest))
    }

    @Test(arguments: [
        ("version: 1, url: \"ftp://x/y\"", "http://"), ("version: 1, url: \"http://user:pass@x/y\"", "without user"), ("version: 1, url: \"http:///x\"", "HOST"),
        ("version: 1, url: \"http://x/y?token=1\"", "query"), ("url: \"http://x/y\"", "'version' or 'manifest'"), ("version: 0, url: \"http://x/y\"", "version"),
        ("manifest: abc, url: \"http://x/y\"", "64"), ("version: 1, url: \"http://x/y\", health: ping", "begins with '/'"),
        ("version: 1, url: \"http://x/y\", token: secret", "never what it is"), ("version: 1, url: \"http://x/y\", password: a", "password"),
        ("version: 1, url: \"http://x/y\", timeout-seconds: 0", "timeout-seconds"),
    ])
    func mistakesAreTold(_ fields: String, _ words: String) {
        let problems = problems("assay: upstreams/v1\nupstreams:\n  - {model: m, protocol: mlflow, \(fields)}\n")
        #expect(!problems.isEmpty && problems.joined().contains(words), "\(problems)")
    }

    @Test func oneVersionHasOne() {
        let line = "  - {model: m, version: 1, protocol: mlflow, url: \"http://x/y\"}\n"
        #expect(problems("assay: upstreams/v1\nupstreams:\n" + line + line).joined().contains("the same version"))
        #expect(problems("assay: upstreams/v1\nupstreams: []\n") != [] && problems("") != [] && problems("assay: callers/v1\nupstreams: [{}]\n").count > 1)
    }
}
