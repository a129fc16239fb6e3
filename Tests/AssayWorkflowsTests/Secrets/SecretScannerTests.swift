import AssayTerms
import Testing

@testable import AssayWorkflows

/// Secrets are found by their form, wherever a stream is cut, and what only looks like one is left alone.
@Suite struct SecretScannerTests {
    // Put together here, so that no scanner of sources takes them for somebody's.
    static let secrets: [(String, String)] = [
        ("AWS access key", "AKIA" + "IOSFODNN7EXAMPLE"),
        ("GitHub token", "ghp_" + String(repeating: "a1", count: 18)),
        ("GitHub token", "github_pat_" + String(repeating: "a1_", count: 10)),
        ("GitLab token", "glpat-" + String(repeating: "x", count: 20)),
        ("Slack token", "xoxb-" + "123456789012-abcdefghij"),
        ("Google API key", "AIza" + String(repeating: "b", count: 35)),
        ("Stripe key", "sk_live_" + String(repeating: "4", count: 24)),
        ("Hugging Face token", "hf_" + String(repeating: "Q", count: 34)),
        ("Databricks token", "dapi" + String(repeating: "0f", count: 16)),
        ("Vault token", "hvs." + String(repeating: "C", count: 24)),
        ("token of this server", "assay_user_" + String(repeating: "0a", count: 16) + "_" + String(repeating: "f", count: 64)),
        ("private key", "-----BEGIN " + "RSA PRIVATE KEY-----"),
        ("private key", "-----BEGIN " + "OPENSSH PRIVATE KEY-----"),
        ("JSON Web Token", "eyJ" + "hbGciOiJIUzI1NiJ9.eyJ" + "zdWIiOiIxMjM0In0.dozjgNryP4J3jVmN"),
        ("password in an address", "postgresql://scott:" + "tiger99@db.example.org/app"),
        ("Azure storage key", "AccountKey=" + String(repeating: "Zm9v", count: 20) + "=="),
    ]

    @Test(arguments: secrets.indices) func isFoundWithItsLine(index: Int) {
        let (rule, secret) = Self.secrets[index]
        let text = Text("first = 1\nurl: \"\(secret)\"\nlast = 2\n")
        #expect(SecretScanner.matches(in: text) == [SecretScanner.Match(rule: rule, line: 2)])
    }

    @Test(arguments: secrets.indices) func isFoundWhereverTheStreamIsCut(index: Int) {
        let (rule, secret) = Self.secrets[index]
        let bytes = Array((String(repeating: "ordinary words\n", count: 300) + secret + "\n" + String(repeating: "more\n", count: 700)).utf8)
        for size in [1, 7, 64, 1_000, 4_493, 5_000] {
            var scanner = SecretScanner()
            for start in stride(from: 0, to: bytes.count, by: size) { scanner.add(Array(bytes[start..<min(start + size, bytes.count)])) }
            scanner.finish()
            #expect(scanner.matches == [SecretScanner.Match(rule: rule, line: 301)], "pieces of \(size)")
        }
    }

    @Test(arguments: [
        "", "a perfectly ordinary sentence about keys", "AKIA", "AKIAshort", "XAKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLELONGER",
        "https://example.org/a:b@c", "https://user@example.org/", "mysql://user:***@host/db", "mysql://user:${DB_PASSWORD}@host/db",
        "http://user:<password>@host", "postgresql://user:password@localhost/db", "-----BEGIN CERTIFICATE-----",
        "-----BEGIN PUBLIC KEY-----", "eyJhbGciOi.notatoken.x", "hf_short", "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "runs:/0123456789abcdef/model", "mlflow-artifacts:/1/abc/artifacts",
    ])
    func whatIsNoneIsLeftAlone(text: String) {
        #expect(SecretScanner.matches(in: Text(text)).isEmpty)
    }

    /// As Windows writes text: with a mark or without, both ways round, in pieces that cut characters in two.
    @Test(arguments: [1, 2, 3, 7, 4_095, 100_000]) func isFoundInUTF16(pieces: Int) {
        let text = String(repeating: "Grüße und Wörter\r\n", count: 300) + "key = \(Self.secrets[0].1)\r\n"
        for isLittle in [true, false] {
            for mark in [[], isLittle ? [0xFF, 0xFE] : [0xFE, 0xFF]] as [[UInt8]] {
                let bytes = mark + text.utf16.flatMap { unit in
                    let (low, high) = (UInt8(unit & 255), UInt8(unit >> 8))
                    return isLittle ? [low, high] : [high, low]
                }
                let passing = PassingSecrets()
                for start in stride(from: 0, to: bytes.count, by: pieces) {
                    passing.add(Array(bytes[start..<min(start + pieces, bytes.count)]))
                }
                #expect(passing.finish() == [SecretScanner.Match(rule: "AWS access key", line: 301)], "\(isLittle) \(mark)")
            }
        }
    }

    @Test func noTextIsLookedAtForNothing() {
        let key = Array(Self.secrets[0].1.utf8)
        for beginning in [[0, 1], [1, 0, 0, 2], [0x50, 0, 0, 0x50, 0, 0], [0, 0, 0xFE, 0xFF], [9, 8, 7, 6, 5, 0, 4, 3, 2, 1]] as [[UInt8]] {
            let passing = PassingSecrets()
            passing.add(beginning + key)
            #expect(passing.finish().isEmpty, "\(beginning)")
        }
        // Shorter than what tells the form.
        for short in [[], [65], [65, 66, 67]] as [[UInt8]] {
            let passing = PassingSecrets()
            passing.add(short)
            #expect(passing.finish().isEmpty)
        }
    }

    @Test func aFloodOfThemIsCutOff() {
        let text = Text(String(repeating: Self.secrets[0].1 + "\n", count: 10_000))
        #expect(SecretScanner.matches(in: text).count == SecretScanner.matchLimit)
    }
}
