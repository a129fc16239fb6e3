/// Where two texts part.
enum Difference {
    /// The first place that differs, and how many bytes from there to the last that differs; for texts of unequal
    /// length to the end of the longer. `nil` if they are equal.
    static func place(of actual: some Collection<UInt8>, from expected: some Collection<UInt8>) -> (
        offset: Int, length: Int
    )? {
        let actual = Array(actual)
        let expected = Array(expected)
        let common = min(actual.count, expected.count)
        let first = (0..<common).first { actual[$0] != expected[$0] } ?? common
        if actual.count != expected.count { return (first, max(1, actual.count - first)) }
        guard first < common, let last = (first..<common).last(where: { actual[$0] != expected[$0] }) else {
            return nil
        }
        return (first, last - first + 1)
    }

    /// "1 byte differs", "3 bytes are missing", "2 bytes are surplus", …
    static func words(actual: Int, expected: Int, differing: Int) -> String {
        func bytes(_ count: Int) -> String { count == 1 ? "1 byte" : "\(count) bytes" }
        if actual < expected { return "\(bytes(expected - actual)) missing" }
        if actual > expected { return "\(bytes(actual - expected)) surplus" }
        return differing == 1 ? "1 byte was changed" : "changed within \(bytes(differing))"
    }
}
