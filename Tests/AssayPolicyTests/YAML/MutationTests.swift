import AssayPolicy
import AssayTerms
import Testing

/// The example with bytes changed, dropped, doubled and swapped, a few thousand times from a fixed seed: every text gives a
/// policy or problems with places inside it, and what reads reads again from its canonical form.
struct MutationTests {
    @Test(arguments: 0..<8)
    func noTextTraps(_ seed: Int) throws {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
        func draw(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let interesting = Array("{}[]:,-&*!|>'\"%@`#?~\\\t\n 0.9e\u{0}\u{FF}".utf8)
        let original = Array(PolicyReaderTests.example.utf8)
        for _ in 0..<400 {
            var text = original
            for _ in 0...draw(6) {
                let place = draw(text.count)
                switch draw(5) {
                case 0: text[place] = UInt8(draw(256))
                case 1: text[place] = interesting[draw(interesting.count)]
                case 2: text.remove(at: place)
                case 3: text.insert(contentsOf: text[place..<min(place + draw(40), text.count)], at: draw(text.count))
                default: text.swapAt(place, draw(text.count))
                }
            }
            do {
                let policy = try PolicyReader.read(text, catalogue: Fixtures.catalogue)
                #expect(try PolicyReader.read(policy.canonicalText, catalogue: Fixtures.catalogue) == policy)
            } catch {
                let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).count
                #expect(error.problems.allSatisfy { $0.position.line >= 1 && $0.position.line <= lines + 1 })
                #expect(error.problems.allSatisfy { $0.position.column >= 1 && !$0.message.isEmpty })
            }
        }
    }
}
