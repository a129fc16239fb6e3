import AssayColumns
import AssayModels
import AssayTerms
import Testing

@testable import AssayExplain

/// Goal: reasons are ranked by what they contribute and by nothing else, and a table that does not fit is refused.
struct ReasonTableTests {
    private static let form = ModelForm(
        inputs: ["a", "b", "c", "d"], usedInputs: [0, 1, 2], inputsAreNamed: true, signature: nil, classes: .integers([0, 1]), inputExample: nil, description: "")
    private static let digest = SHA256Digest(bytes: [UInt8](repeating: 7, count: 32))

    private static func table(_ codes: [ReasonCodes.Code], label: Text = "1", limit: Int = 4, minimum: ReasonCodes.Minimum = .amount(0), never: [Text] = []) throws -> ReasonTable {
        try ReasonTable(
            ReasonCodes(name: "t", version: "1", unfavourable: .label(label), limit: limit, minimum: minimum, never: never, codes: codes),
            digest: #require(digest), form: form)
    }

    private static let single: [ReasonCodes.Code] = ["a", "b", "c"].map { .init(code: $0, text: $0, features: [$0]) }

    private static func given(_ table: ReasonTable, _ attributions: [Double]) throws -> [ReasonTable.Reason] {
        let explanation = Explanation(
            featureNames: form.inputs, background: "", space: "log-odds", baseValues: [0], attributions: attributions, rowCount: 1)
        let block = RowBlock(rowCount: 1, columns: form.inputs.map { Column(name: $0, values: .double([1])) })
        return try #require(try table.reasons(explanation, block).first).reasons
    }

    @Test func theGreatestComesFirst() throws {
        #expect(try Self.given(Self.table(Self.single), [0.1, 0.3, 0.2, 9]).map(\.code) == ["b", "c", "a"])
        #expect(try Self.given(Self.table(Self.single), [-0.1, 0.3, 0, 0]).map(\.code) == ["b"])
        #expect(try Self.given(Self.table(Self.single, label: "0"), [-0.1, 0.3, -0.2, 0]).map(\.code) == ["c", "a"])
        #expect(try Self.given(Self.table(Self.single, limit: 1), [0.1, 0.3, 0.2, 0]).map(\.code) == ["b"])
        #expect(try Self.given(Self.table(Self.single), [0, 0, 0, 0]).isEmpty)
        #expect(try Self.given(Self.table(Self.single), [-1, -1, -1, 0]).isEmpty)
    }

    /// Inputs of one code are summed before ranking, those that speak for the row too.
    @Test func inputsOfACodeAreSummed() throws {
        let codes: [ReasonCodes.Code] = [.init(code: "ab", text: "", features: ["a", "b"]), .init(code: "c", text: "", features: ["c"])]
        #expect(try Self.given(Self.table(codes), [0.2, 0.2, 0.3, 0]).map(\.code) == ["ab", "c"])
        let reasons = try Self.given(Self.table(codes), [0.5, -0.3, 0.3, 0])
        #expect(reasons.map(\.code) == ["c", "ab"] && reasons[1].contribution == 0.5 - 0.3 && reasons[1].features == ["a"])
    }

    @Test func whatIsEqualButForRoundingGoesByTheTable() throws {
        let (first, second) = (0.1 + 0.2, 0.3)
        #expect(first != second)
        #expect(try Self.given(Self.table(Self.single), [second, first, 0, 0]).map(\.code) == ["a", "b"])
        #expect(try Self.given(Self.table(Self.single), [first, second, 0, 0]).map(\.code) == ["a", "b"])
        #expect(try Self.given(Self.table(Self.single), [0.3, 0.3 * (1 + 1e-8), 0, 0]).map(\.code) == ["b", "a"])
        // Whatever the scale: the smallest doubles too.
        #expect(try Self.given(Self.table(Self.single), [.leastNonzeroMagnitude, 2 * .leastNonzeroMagnitude, 0, 0]).map(\.code) == ["b", "a"])
        #expect(try Self.given(Self.table(Self.single), [1e300, 2e300, 0, 0]).map(\.code) == ["b", "a"])
    }

    /// Two numbers beside each other lie on both sides of any edge that a grid has.
    @Test(arguments: 0..<64) func noEdgeDividesWhatIsEqual(half: Int) throws {
        let edge = 1 + (Double(half) / 2) * 0x1p-30
        for pair in [[edge.nextDown, edge.nextUp], [edge.nextUp, edge.nextDown]] {
            #expect(try Self.given(Self.table(Self.single), pair + [0, 0]).map(\.code) == ["a", "b"])
            #expect(try Self.given(Self.table(Self.single, minimum: .amount(edge)), pair + [0, 0]).count == 2)
        }
        let together: [ReasonCodes.Code] = [.init(code: "ab", text: "", features: ["a", "b"]), .init(code: "c", text: "", features: ["c"])]
        #expect(try Self.given(Self.table(together), [edge.nextDown, edge.nextUp, 0, 0])[0].features == ["a", "b"])
    }

    @Test func theLeastContributionIsKept() throws {
        let attributions = [0.1, 0.3, 0.6, 0]
        #expect(try Self.given(Self.table(Self.single, minimum: .amount(0.3)), attributions).map(\.code) == ["c", "b"])
        #expect(try Self.given(Self.table(Self.single, minimum: .share(0.5)), attributions).map(\.code) == ["c"])
        #expect(try Self.given(Self.table(Self.single, minimum: .share(1)), [0, 0.3, -5, 0]).map(\.code) == ["b"])
    }

    /// An input that the model does not use needs no code.
    @Test func tablesThatDoNotFitAreRefused() throws {
        #expect(throws: AssayError.self) { try Self.table(Array(Self.single.dropLast())) }
        #expect(throws: AssayError.self) { try Self.table(Self.single, label: "2") }
        #expect(throws: AssayError.self) { try Self.table(Self.single, never: ["a"]) }
        #expect(throws: AssayError.self) { try Self.table(Self.single, never: ["e"]) }
        _ = try Self.table(Array(Self.single.dropLast()), never: ["c"])
    }

    /// Attributions to groups are not to inputs.
    @Test func groupsAreRefused() throws {
        let explanation = Explanation(featureNames: ["a and b", "c"], background: "", space: "", baseValues: [0], attributions: [1, 2], rowCount: 1)
        let table = try Self.table(Self.single)
        #expect(throws: AssayError.self) { try table.reasons(explanation, RowBlock(rowCount: 1, columns: [])) }
    }
}
