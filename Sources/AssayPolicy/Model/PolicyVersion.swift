package import AssayTerms

/// The order of a policy's versions: part by part between dots, numbers by value, everything else by its bytes and after
/// every number; of two where one begins with the other the longer comes later. `9` < `10` < `10.0` < `10.1` < `10.x`.
///
/// `1` and `01` are equal in this order: neither precedes the other.
package enum PolicyVersion {
    /// - Complexity: O(length).
    package static func precedes(_ left: Text, _ right: Text) -> Bool {
        let left = parts(left)
        let right = parts(right)
        for (one, other) in zip(left, right) where one != other { return one < other }
        return left.count < right.count
    }

    private static func parts(_ version: Text) -> [Part] {
        version.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map { Part(Array($0)) }
    }

    private struct Part: Comparable {
        let isNumber: Bool
        /// A number without its leading zeros, so that the longer is the larger, however long.
        let bytes: [UInt8]

        init(_ text: [UInt8]) {
            isNumber = !text.isEmpty && text.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            bytes = isNumber ? Array(text.drop { $0 == UInt8(ascii: "0") }) : text
        }

        static func < (left: Part, right: Part) -> Bool {
            guard left.isNumber == right.isNumber else { return left.isNumber }
            if left.isNumber, left.bytes.count != right.bytes.count { return left.bytes.count < right.bytes.count }
            return left.bytes.lexicographicallyPrecedes(right.bytes)
        }
    }
}
