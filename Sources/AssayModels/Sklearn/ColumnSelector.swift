import AssayJSON
import AssayTerms

/// Resolves a column specification of `ColumnTransformer` to positions.
///
/// Lists and arrays of names, of positions (negative ones count from the end) or of booleans, slices of positions
/// (Python's rule) and of names (both ends included). A single name or position would hand the transformer a vector,
/// which none of the supported ones takes, and is refused.
struct ColumnSelector {
    /// The fitted columns' names; `nil` where the transformer was fitted on an array.
    let names: [Text]?
    let count: Int

    func positions(_ node: SkopsNode) throws(AssayError) -> [Int] {
        if node.loader == "SliceNode" { return try slice(node) }
        // Versions 1.5 and 1.6 wrap the remainder's positions to warn of their change.
        if node.className == "sklearn.compose._column_transformer._RemainderColsList" { return try positions(node.required("data")) }
        if node.loader == "JsonNode" { throw node.damaged("selects a single column as a vector, which is not supported") }
        let items = try node.scalars()
        if case .boolean? = items.first {
            guard items.count == count else { throw node.damaged("is a mask for another number of columns") }
            var positions: [Int] = []
            for (index, item) in items.enumerated() {
                guard case .boolean(let isSelected) = item else { throw node.damaged("mixes kinds of columns") }
                if isSelected { positions.append(index) }
            }
            return positions
        }
        var positions: [Int] = []
        for item in items {
            switch (item, items[0]) {
            case (.text(let name), .text): positions.append(try position(of: name, node))
            case (.integer(let value), .integer): positions.append(try position(value, node))
            default: throw node.damaged("mixes kinds of columns")
            }
        }
        return positions
    }

    private func position(of name: Text, _ node: SkopsNode) throws(AssayError) -> Int {
        guard let position = names?.firstIndex(of: name) else {
            throw node.damaged("names a column that the transformer was not fitted on")
        }
        return position
    }

    private func position(_ value: Int64, _ node: SkopsNode) throws(AssayError) -> Int {
        guard (-Int64(count)..<Int64(count)).contains(value) else {
            throw node.damaged("names a position outside the \(count) columns")
        }
        return Int(value < 0 ? value + Int64(count) : value)
    }

    private func slice(_ node: SkopsNode) throws(AssayError) -> [Int] {
        guard let content = node.json["content"], let start = content["start"], let stop = content["stop"],
            let step = content["step"]
        else { throw node.damaged("is not a slice") }
        if start.string != nil || stop.string != nil {
            guard step.isNull else { throw node.damaged("is a slice of names with a step, which is not supported") }
            func end(_ value: JSONValue, default position: Int) throws(AssayError) -> Int {
                if value.isNull { return position }
                guard let name = value.string else { throw node.damaged("mixes names and positions") }
                return try self.position(of: Text(name), node)
            }
            let first = try end(start, default: 0)
            let last = try end(stop, default: count - 1)
            return first <= last ? Array(first...last) : []
        }
        func integer(_ value: JSONValue) throws(AssayError) -> Int? {
            if value.isNull { return nil }
            // Beyond the columns a bound means the end; this also keeps the sums below from overflowing.
            guard let number = value.integer else { throw node.damaged("is a slice of something else than positions") }
            return Int(min(max(number, -1 << 32), 1 << 32))
        }
        let stride = try integer(step) ?? 1
        guard stride != 0 else { throw node.damaged("is a slice with a step of zero") }
        let lowest = stride > 0 ? 0 : -1
        let highest = stride > 0 ? count : count - 1
        func clamped(_ bound: Int?, default position: Int) -> Int {
            guard let bound else { return position }
            return min(max(bound < 0 ? bound + count : bound, lowest), highest)
        }
        let from = clamped(try integer(start), default: stride > 0 ? 0 : count - 1)
        let to = clamped(try integer(stop), default: stride > 0 ? count : -1)
        return Array(Swift.stride(from: from, to: to, by: stride))
    }
}
