package import AssayTerms
import Foundation

/// How names of accounts are told apart by eye: what looks alike counts as one name when a new one is given.
package enum AccountName {
    /// Alphabets that lend each other the shapes of letters: `а` of Cyrillic is not `a` of Latin, and nobody sees it.
    private static let alphabets: [[ClosedRange<UInt32>]] = [
        // Latin
        [0x0041...0x005A, 0x0061...0x007A, 0x00C0...0x024F, 0x0250...0x02AF, 0x1E00...0x1EFF, 0x2C60...0x2C7F, 0xA720...0xA7FF],
        // Phonetic letters, small capitals among them
        [0x1D00...0x1DBF],
        // Greek and Coptic
        [0x0370...0x03FF, 0x1F00...0x1FFF, 0x2C80...0x2CFF],
        // Cyrillic
        [0x0400...0x052F, 0x1C80...0x1C8F, 0x2DE0...0x2DFF, 0xA640...0xA69F],
        // Armenian
        [0x0530...0x058F],
        // Cherokee
        [0x13A0...0x13FF, 0xAB70...0xABBF],
        // Lisu
        [0xA4D0...0xA4FF],
    ]

    /// The name with case, compatibility and composition taken out of it (Unicode NFKC, upper then lower case of each scalar,
    /// which is the simple form of case folding and takes `ß` for `ss` and `ς` for `σ`).
    package static func fold(_ name: Text) -> Text {
        var folded = String.UnicodeScalarView()
        for scalar in name.string.precomposedStringWithCompatibilityMapping.unicodeScalars {
            for upper in scalar.properties.uppercaseMapping.unicodeScalars {
                folded.append(contentsOf: upper.properties.lowercaseMapping.unicodeScalars)
            }
        }
        return Text(String(folded).precomposedStringWithCompatibilityMapping)
    }

    /// Whether letters of several such alphabets stand in it. A name that is all of one may still look like one of another.
    package static func mixesAlphabets(_ name: Text) -> Bool {
        var found: Set<Int> = []
        for scalar in name.string.precomposedStringWithCompatibilityMapping.unicodeScalars where scalar.properties.isAlphabetic {
            if let index = alphabets.firstIndex(where: { ranges in ranges.contains { $0.contains(scalar.value) } }) {
                found.insert(index)
            }
        }
        return found.count > 1
    }
}
