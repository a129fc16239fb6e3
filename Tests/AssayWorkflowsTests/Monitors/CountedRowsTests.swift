import Testing

@testable import AssayWorkflows

/// Goal: a row is counted once, whatever was counted before, and what is kept is read as it was written.
/// Method: random sets beside the standard library's, and bytes that are no such runs.
@Suite struct CountedRowsTests {
    @Test func unionsAreThoseOfSets() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var rows = CountedRows()
            var set: Set<Int64> = []
            let first = Int64.random(in: 0...1 << 40, using: &generator)
            for _ in 0..<5 {
                let more = (0..<Int.random(in: 0...60, using: &generator)).map { _ in first + Int64.random(in: 0...150, using: &generator) }
                rows.formUnion(more)
                set.formUnion(more)
                let read = try #require(CountedRows(bytes: rows.bytes))
                #expect(read == rows)
                for number in max(0, first - 2)...first + 152 { #expect(read.contains(number) == set.contains(number)) }
            }
        }
    }

    @Test func wholeWindowsTakeAFewBytesAndHalvesTwoARow() {
        var whole = CountedRows()
        #expect(whole.bytes.isEmpty && !whole.contains(0))
        whole.formUnion(Array(1_000_000..<2_000_000))
        #expect(whole.bytes.count <= 6 && whole.contains(1_000_000) && whole.contains(1_999_999) && !whole.contains(2_000_000))
        var halves = CountedRows()
        halves.formUnion(Array(stride(from: 0, to: 10_000, by: 2)))
        #expect(halves.bytes.count == 10_000)
        halves.formUnion(Array(stride(from: 1, to: 10_000, by: 2)).reversed())
        #expect(halves.bytes == [0, 0x90, 0x4E])
    }

    @Test(arguments: [
        [0], [0x80], [0, 0], [5, 1, 0, 1], [0, 1, 0x80], [UInt8](repeating: 0xFF, count: 9) + [1, 1], [UInt8](repeating: 0xFF, count: 8) + [0x7F, 1]])
    func otherBytesAreNone(_ bytes: [UInt8]) {
        #expect(CountedRows(bytes: bytes) == nil)
    }
}
