import AssayPolicy
import AssayTerms
import Testing

@Suite struct PolicyVersionTests {
    /// Every version precedes all that stand after it, and none before it.
    @Test func theOrderIsByParts() {
        let order: [Text] = [
            "0.5", "1", "1.0", "1.0.9", "1.9", "1.10", "1.10.1", "1.", "1.a", "1.b", "2", "9", "10",
            "99999999999999999999", "100000000000000000000", "1-rc", "v1", "ä",
        ]
        for (i, one) in order.enumerated() {
            for (j, other) in order.enumerated() {
                #expect(PolicyVersion.precedes(one, other) == (i < j), "\(one) \(other)")
            }
        }
    }

    @Test(arguments: [("1", "01"), ("0", "00"), ("1.2", "01.002")] as [(Text, Text)])
    func zerosInFrontCountNothing(one: Text, other: Text) {
        #expect(!PolicyVersion.precedes(one, other) && !PolicyVersion.precedes(other, one))
    }
}
