import AssayCanonical
import AssayLedgerFormat
import AssayTerms
import Testing

@testable import AssayLedgerCheck

/// The verifier's own formats against the writer's.
@Suite struct IndependenceTests {
    @Test func tileNamesAgree() {
        for index: UInt64 in [0, 1, 9, 99, 100, 999, 1000, 1001, 999_999, 1_000_000, 1_234_067] {
            for (level, width) in [(0, 256), (0, 1), (3, 255), (nil, 256), (nil, 17)] as [(Int?, Int)] {
                let theirs = TilePath(level.map { .hashes(level: $0) } ?? .entries, index: index, width: width).text
                #expect(TileName(level: level, index: index, width: width).text == theirs)
                #expect(TileName(path: theirs) == TileName(level: level, index: index, width: width))
            }
        }
        for size: UInt64 in [0, 1, 255, 256, 257, 65_536, 70_000] {
            let levels = (0..<TileName.levelCount(size: size)).flatMap { TileName.all(level: $0, size: size) }
            let names = (levels + TileName.all(level: nil, size: size)).map(\.text)
            #expect(names == TilePath.all(treeSize: size).map(\.text))
        }
        for path in ["tile/6/001", "tile/6/x999/x999/999", "tile/entries/x999/x999/x999/x999/x999/999", "tile/0/1"] {
            #expect(TileName(path: path) == nil)
        }
    }

    @Test func rootsAgree() {
        let leaves = (0..<300).map { Array("leaf \($0)".utf8) }
        var growing = GrowingTree()
        var range = MerkleRange()
        for (count, leaf) in leaves.enumerated() {
            #expect(growing.root == range.root.bytes)
            #expect(Hashing.root(leaves[..<count].map { Hashing.leaf($0) }[...]) == range.root.bytes)
            growing.add(Hashing.leaf(leaf))
            range.append(MerkleHash.leaf(leaf))
        }
    }

    @Test func base64Agrees() {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 91 &+ count) }
            #expect(Base64Text.encode(bytes) == Base64.encode(bytes))
            #expect(Base64Text.decode(Base64.encode(bytes).utf8) == bytes)
        }
        for text in ["Zg", "Zg=", "Zh==", "=", "====", "Z===", "Zg==Zg==", "Zm9=", "Zm 9"] {
            #expect(Base64Text.decode(text.utf8) == nil)
        }
    }
}
