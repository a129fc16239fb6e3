/// A pattern of model names: `*` stands for any text (none and `/` included), `?` for one Unicode scalar, everything
/// else for itself. Case does not count unless it is asked for, so that a model does not leave its policy by becoming
/// `Loan-…`.
package struct GlobPattern: Sendable {
    private let pattern: [Unicode.Scalar]
    private let regardsCase: Bool

    package init(_ text: Text, regardsCase: Bool = false) {
        self.regardsCase = regardsCase
        pattern = Array((regardsCase ? text : Folding.fold(text)).string.unicodeScalars)
    }

    /// - Complexity: O(pattern × name) at worst, O(pattern + name) usually; no recursion.
    package func matches(_ name: Text) -> Bool {
        let name = Array((regardsCase ? name : Folding.fold(name)).string.unicodeScalars)
        var p = 0
        var n = 0
        var star: (pattern: Int, name: Int)?
        while n < name.count {
            if p < pattern.count, pattern[p] == "*" {
                star = (p, n)
                p += 1
            } else if p < pattern.count, pattern[p] == "?" || pattern[p] == name[n] {
                p += 1
                n += 1
            } else if let last = star {
                // The last star takes one scalar more; earlier ones never need another try.
                p = last.pattern + 1
                n = last.name + 1
                star = (last.pattern, n)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == "*" }
    }
}
