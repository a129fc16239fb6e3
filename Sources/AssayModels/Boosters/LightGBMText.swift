import AssayTerms

/// A model file of LightGBM's, cut into its head, its trees and what follows, each a list of `name=value` lines.
///
/// Trees are cut where the head's `tree_sizes` says, as LightGBM cuts them, and each must begin with its number there: another reader could not see
/// another tree. Without sizes they begin at the lines `Tree=N`.
struct LightGBMText {
    let head: LightGBMFields
    let trees: [LightGBMFields]
    /// Categories of a data frame, in JSON; `nil` where the file has no such line or it says `null`.
    let pandasCategories: [UInt8]?

    private static let treeLimit = 10_000_000

    init(_ bytes: [UInt8], name: String) throws(AssayError) {
        guard bytes.starts(with: "tree".utf8), bytes.count > 4, bytes[4] == 0x0A || bytes[4] == 0x0D else {
            throw AssayError(.unreadable, "\(name) is no model of LightGBM's: it does not begin with the line 'tree'")
        }
        var scanner = LineScanner(bytes, from: 0)
        var head: [ArraySlice<UInt8>] = []
        var start: Int?
        while let (line, place) = scanner.next() {
            if line.starts(with: "Tree=".utf8) || line.elementsEqual("end of trees".utf8) {
                start = place
                break
            }
            head.append(line)
        }
        guard let start else { throw AssayError(.unreadable, "\(name) is truncated: it has no trees") }
        self.head = try LightGBMFields(head, path: "the head", file: name)
        var trees: [LightGBMFields] = []
        var position = start
        if let sizes = try self.head.integers("tree_sizes") {
            for size in sizes {
                guard size > 0, size <= Int64(bytes.count - position) else {
                    throw AssayError(.unreadable, "\(name) is truncated or damaged: tree_sizes goes beyond its end at tree \(trees.count)")
                }
                trees.append(try Self.tree(bytes, position, position + Int(size), number: trees.count, name: name))
                position += Int(size)
            }
        } else {
            while let end = Self.nextTree(bytes, after: position) {
                trees.append(try Self.tree(bytes, position, end, number: trees.count, name: name))
                position = end
                guard trees.count <= Self.treeLimit else { throw AssayError(.limitExceeded, "\(name) has too many trees") }
            }
        }
        self.trees = trees
        var rest = LineScanner(bytes, from: position)
        var pandas: [UInt8]?
        var isEnded = false
        while let (line, _) = rest.next() {
            if !isEnded, !line.isEmpty {
                guard line.elementsEqual("end of trees".utf8) else {
                    throw AssayError(.unreadable, "\(name): after tree \(trees.count - 1) there is no line 'end of trees'")
                }
                isEnded = true
            }
            if line.starts(with: "pandas_categorical:".utf8) { pandas = Array(line.dropFirst("pandas_categorical:".utf8.count)) }
        }
        guard isEnded else { throw AssayError(.unreadable, "\(name) is truncated: it has no line 'end of trees'") }
        pandasCategories = pandas.flatMap { $0.elementsEqual("null".utf8) ? nil : $0 }
    }

    /// The end of the tree that begins at `position`; `nil` where none begins there.
    private static func nextTree(_ bytes: [UInt8], after position: Int) -> Int? {
        var scanner = LineScanner(bytes, from: position)
        guard let (first, _) = scanner.next(), first.starts(with: "Tree=".utf8) else { return nil }
        while let (line, place) = scanner.next() {
            if line.starts(with: "Tree=".utf8) || line.elementsEqual("end of trees".utf8) { return place }
        }
        return bytes.count
    }

    private static func tree(_ bytes: [UInt8], _ start: Int, _ end: Int, number: Int, name: String) throws(AssayError) -> LightGBMFields {
        var scanner = LineScanner(bytes[..<end], from: start)
        guard let (first, _) = scanner.next(), first.elementsEqual("Tree=\(number)".utf8) else {
            throw AssayError(.unreadable, "\(name): tree \(number) does not begin where tree_sizes says")
        }
        var lines: [ArraySlice<UInt8>] = []
        while let (line, _) = scanner.next() { lines.append(line) }
        return try LightGBMFields(lines, path: "tree \(number)", file: name)
    }
}

/// Lines without their ends.
private struct LineScanner {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: [UInt8], from position: Int) { self.init(bytes[...], from: position) }

    init(_ bytes: ArraySlice<UInt8>, from position: Int) {
        self.bytes = bytes
        self.position = position
    }

    mutating func next() -> (line: ArraySlice<UInt8>, place: Int)? {
        guard position < bytes.endIndex else { return nil }
        let start = position
        let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.endIndex
        position = min(end + 1, bytes.endIndex)
        return (bytes[start..<(end > start && bytes[end - 1] == 0x0D ? end - 1 : end)], start)
    }
}
