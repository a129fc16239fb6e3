import AssayTerms
import AssayWire
import Testing

@Suite struct PageTokenTests {
    private let position = SearchPosition(values: [
        .integer(0), .number(1), .number(-0.0), .number(.leastNonzeroMagnitude), .integer(.min), .text("caf\u{E9} \"x\""), .null,
    ])

    @Test func aPlaceComesBackBitByBit() throws {
        let token = PageToken.encode(position, search: ["runs", "a"])
        let back = try PageToken.decode(token, search: ["runs", "a"])
        #expect(back == position)
        guard case .number(let zero) = back.values[2] else { return #expect(Bool(false)) }
        #expect(zero.sign == .minus)
    }

    @Test func aTokenOfAnotherSearchIsRefused() {
        let token = PageToken.encode(position, search: ["runs", "a", "b"])
        #expect(throws: AssayError.self) { try PageToken.decode(token, search: ["runs", "ab"]) }
        #expect(throws: AssayError.self) { try PageToken.decode(token, search: ["runs", "a", "b", ""]) }
    }

    @Test(arguments: ["", "zzz", "00", "5b5d", "5b2261225d", "6e756c6c", "eyJvZmZzZXQiOiAxfQ=="])
    func foreignTokensAreRefused(_ token: String) {
        #expect(throws: AssayError.self) { try PageToken.decode(Text(token), search: ["runs"]) }
    }
}
