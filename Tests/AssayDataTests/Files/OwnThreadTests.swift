import AssayTerms
import Testing

@testable import AssayData

/// The goal: work shared among threads ends as on one. The method: more and fewer pieces than threads, and errors in several.
@Suite struct OwnThreadTests {
    @Test(arguments: [0, 1, 2, 3, 1_000])
    func valuesAreInOrder(count: Int) throws {
        #expect(try OwnThread.map(count: count) { $0 * $0 } == (0..<count).map { $0 * $0 })
    }

    @Test(arguments: [0, 1, 2, 9, 1_000])
    func everyElementIsChangedOnceBesideTheOther(count: Int) {
        var elements = Array(0..<count)
        var others = 0
        OwnThread.sideBySide(in: &elements, beside: { others += 1 }) { index, element in element += index + 1 }
        #expect(elements == (0..<count).map { 2 * $0 + 1 } && others == 1)
    }

    @Test func theLowestErrorIsThrown() {
        let error = #expect(throws: AssayError.self) {
            _ = try OwnThread.map(count: 100) { index throws(AssayError) in
                if index % 10 == 7 { throw AssayError(.conflict, "\(index)") }
                return index
            }
        }
        #expect(error?.message == "7")
    }

    @Test func bothEndAndTheFirstErrorWins() throws {
        let (left, right) = try OwnThread.both({ 1 }, { "two" })
        #expect(left == 1 && right == "two")
        func failing(_ name: String) throws(AssayError) -> Int { throw AssayError(.conflict, name) }
        let first = #expect(throws: AssayError.self) {
            _ = try OwnThread.both(
                { () throws(AssayError) -> Int in throw AssayError(.conflict, "beside") },
                { () throws(AssayError) in try failing("here") })
        }
        #expect(first?.message == "beside")
        let second = #expect(throws: AssayError.self) {
            _ = try OwnThread.both({ 1 }, { () throws(AssayError) in try failing("here") })
        }
        #expect(second?.message == "here")
    }
}
