import AssayEvidence
import AssayTerms
import Testing

/// Draws are part of what decided somebody's row, so their definition never changes.
@Suite struct RowDrawTests {
    @Test func drawsAreAsDefined() {
        // python3: int.from_bytes(sha256(b"thresholds/v1\0" + b"7" + b"\0" + b"r1").digest()[:8], "big") >> 11, times 2**-53
        #expect(RowDraw(seed: 7).unit("r1") == 0.567752681088079)
        #expect(RowDraw(seed: 0).unit("") == 0.6139296059731091)
    }

    @Test func keysThatAreTheSameTextDifferByBytes() {
        #expect(RowDraw(seed: 0).unit("caf\u{e9}") != RowDraw(seed: 0).unit("cafe\u{301}"))
    }
}
