import AssayPolicy
import AssayTerms
import Testing

/// What an attacker or a broken editor hands in: each is refused with line and column, quickly and without a trap.
struct HostileTextTests {
    private func problems(_ bytes: [UInt8]) -> [String] {
        do {
            _ = try PolicyReader.read(bytes, catalogue: Fixtures.catalogue)
            return []
        } catch {
            return error.problems.map { "\($0.position) \($0.message)" }
        }
    }

    private func problems(_ text: String) -> [String] { problems(Array(text.utf8)) }

    @Test func aliasBomb() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...40 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1), *a\(level - 1)]\n" }
        text += "? *a40\n: 1\n"
        let found = problems(text)
        #expect(found.contains { $0.hasPrefix("1:1 ") == false && $0.contains("'&a0' is an anchor") })
        #expect(found.contains { $0.contains("'*a0' is an alias") })
        #expect(found.count <= 200)
    }

    @Test func aliasAnchorTagDuplicateAreAllListed() {
        let found = problems(
            """
            assay: policy/v1
            name: &n p
            version: !!str 2
            name: q
            description: *n
            ? [a]
            : b
            """)
        #expect(found.contains { $0.hasPrefix("2:7 '&n' is an anchor") })
        #expect(found.contains { $0.hasPrefix("3:10 'tag:yaml.org,2002:str' is a tag") })
        #expect(found.contains { $0.hasPrefix("4:1 'name' stands in this mapping already, on line 2") })
        #expect(found.contains { $0.hasPrefix("5:14 '*n' is an alias") })
        #expect(found.contains { $0.hasPrefix("6:3 a key is text here, not a list") })
        #expect(found.contains { $0.hasPrefix("2:1 the policy asks for nothing") || $0.contains("asks for nothing") })
    }

    @Test(arguments: [16, 17, 100, 50_000])
    func deepNesting(_ depth: Int) {
        let flow = problems("checks: " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth))
        let block = problems(String(repeating: "- ", count: depth) + "x")
        #expect(flow.contains { $0.contains("more than 16 deep") } == (depth > 15))
        #expect(block.contains { $0.contains("more than 16 deep") } == (depth > 16))
    }

    @Test func sizes() {
        #expect(
            problems([UInt8](repeating: UInt8(ascii: "a"), count: 262_145)).first?.contains("at most 262144") == true)
        let huge = "name: \"" + String(repeating: "a", count: 200_000) + "\""
        #expect(problems(huge).first?.contains("200000 bytes; at most 65536") == true)
        let many = "checks: [" + String(repeating: "a,", count: 30_000) + "]"
        #expect(problems(many).contains { $0.contains("more than 20000 parts") })
        // More problems than anyone reads are cut off, not collected.
        #expect(problems((1...5_000).map { "k\($0): 1\n" }.joined()).count == 100)
    }

    @Test func bytesThatAreNoText() {
        #expect(
            problems(Array("name: a\nversion: \"".utf8) + [0xC3, 0x28] + Array("\"".utf8)).first
                == "2:11 the text is not UTF-8 here; save the policy as UTF-8")
        #expect(problems([0xED, 0xA0, 0x80]).first?.contains("not UTF-8") == true)
        #expect(
            problems(Array("name: a\u{0}b".utf8)).first == "1:8 the control character U+0000 cannot stand in a policy")
        #expect(problems(Array("name: \u{1B}[31m".utf8)).first?.contains("U+001B") == true)
        #expect(problems("name: \"a\\0b\"").contains { $0.contains("'name' holds a control character") })
        #expect(problems("name: \"a\\u202b\\u2028\"").contains { $0.contains("'name' holds a control character") })
        #expect(problems("").first == "1:1 the policy is empty")
        #expect(problems("# nothing\n").first == "1:1 the policy is empty")
        #expect(problems("[1, 2]").first?.contains("the policy is a mapping") == true)
        #expect(problems("just text").first?.contains("the policy is a mapping") == true)
    }

    @Test func tabsAndBrokenSyntax() {
        #expect(problems("name: p\n\tversion: 2").first?.contains("indent with spaces") == true)
        #expect(problems("name: [a, b").first?.hasPrefix("2:1 this is not YAML") == true)
        #expect(problems("name: 'a").first?.contains("this is not YAML") == true)
        #expect(problems("a: b: c").first?.hasPrefix("1:5 this is not YAML") == true)
        #expect(problems("name: p\n---\nname: q").contains { $0.hasPrefix("2:1 a second document starts here") })
        #expect(problems("%TAG ! tag:x,2000:\n---\nname: p").contains { $0.contains("%TAG") })
        #expect(problems("name: @x").first?.contains("put quotes around") == true)
    }

    @Test func aByteOrderMarkIsNoPartOfTheText() throws {
        let text = "\u{FEFF}assay: policy/v1\nname: p\nversion: 1\napprovals: [{role: validator}]\n"
        #expect(try Fixtures.read(text).name == "p")
        #expect(try Fixtures.read(text.split(separator: "\n").joined(separator: "\r\n")).name == "p")
    }
}
