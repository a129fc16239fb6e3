import AssayTerms

/// The categories that XGBoost remembers of a data frame it was trained on, from version 3.1.
///
/// A frame without pandas' category type is taken as codes, so a column of numbers is codes here too, and a column of texts is looked up. Numbers for
/// categories that are not their own codes are refused: the same column would mean codes to the library's own server and categories to whoever
/// trained it.
///
/// - Source: XGBoost 3.2, `src/data/cat_container.h`; `gradient_booster.model.cats`.
struct XGBoostCategories {
    private let entries: [BoosterNode]

    init(_ learner: BoosterNode, width: Int) throws(AssayError) {
        let booster = try learner.required("gradient_booster")
        // Of dart one level deeper.
        let trees = try booster.member("gbtree") ?? booster
        entries = try trees.member("model")?.member("cats")?.member("enc")?.items() ?? []
        guard entries.isEmpty || entries.count == width else {
            throw learner.damaged(".gradient_booster.model.cats.enc has \(entries.count) columns where \(width) are needed")
        }
    }

    /// `nil` where no texts are remembered for the column.
    func table(of column: Int, named name: Text) throws(AssayError) -> CategoryTable? {
        guard entries.indices.contains(column) else { return nil }
        let entry = entries[column]
        let values = try entry.required("values")
        guard let offsets = try entry.member("offsets") else {
            let codes = try values.floats()
            guard codes.enumerated().allSatisfy({ $0.element == Float($0.offset) }) else {
                throw values.unsupported(
                    "are numbers other than 0, 1, … for the categories of column '\(name)', which a table without pandas' category type "
                        + "would have taken for codes")
            }
            return nil
        }
        let ends = try offsets.integers()
        let bytes = try values.integers()
        guard !ends.isEmpty else { return nil }
        guard ends[0] == 0, ends[ends.count - 1] == Int64(bytes.count), zip(ends, ends.dropFirst()).allSatisfy({ $0 <= $1 }) else {
            throw offsets.damaged("do not cut its texts")
        }
        // Version 3.2 cuts texts by characters where it means bytes, so beyond ASCII what stands in the file is not what was trained on. Codes still are.
        guard bytes.allSatisfy({ $0 >= 0 }) else { return nil }
        var codes: [Cell: Int32] = [:]
        for code in 0..<(ends.count - 1) {
            let text = Text(utf8: bytes[Int(ends[code])..<Int(ends[code + 1])].map { UInt8(truncatingIfNeeded: $0) })
            guard let text else { throw values.damaged("has a text that is not UTF-8") }
            guard codes.updateValue(Int32(code), forKey: .text(text)) == nil else { throw values.damaged("has a category twice") }
        }
        return CategoryTable(codes: codes, unknown: .refused, width: codes.count)
    }
}
