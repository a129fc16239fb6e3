import AssayTerms

/// The trees of a model of XGBoost's while they are read.
struct XGBoostTrees {
    private var builder = TreeBuilder()
    private let width: Int
    /// Features that some node asks for categories.
    private(set) var categoricalFeatures: Set<Int32> = []

    /// Words of a node's set of categories: 2²⁴ is where XGBoost's codes end.
    private static let categoryLimit: Int64 = 1 << 24

    init(width: Int) { self.width = width }

    mutating func ensemble(width: Int, base: [Double], file: String) throws(AssayError) -> TreeEnsemble {
        try builder.ensemble(featureCount: width, base: base, comparesInFloat: true, addsInFloat: true, file: file)
    }

    /// - Parameter weight: what `dart` multiplies the tree's leaves by.
    mutating func add(_ tree: BoosterNode, score: Int, weight: Float?) throws(AssayError) {
        let parameters = try tree.required("tree_param")
        let count = try parameters.required("num_nodes").count(TreeBuilder.nodeLimit)
        if let vector = try parameters.member("size_leaf_vector"), try vector.count(1 << 20) > 1 {
            throw vector.unsupported("says that a leaf has several values; one is supported")
        }
        let left = try tree.required("left_children").integers(count: count)
        let right = try tree.required("right_children").integers(count: count)
        let indices = try tree.required("split_indices").integers(count: count)
        let conditions = try tree.required("split_conditions").floats(count: count)
        let missing = try tree.required("default_left").integers(count: count)
        let cover = try tree.required("sum_hessian").floats(count: count)
        let types = try tree.member("split_type")?.integers(count: count)
        let sets = try categories(tree, count: count)
        let deleted = (0..<count).count { $0 > 0 && Self.isDeleted(indices[$0], goesLeft: missing[$0] != 0) }
        guard try parameters.member("num_deleted")?.count(count) ?? 0 == deleted else {
            throw parameters.damaged("says that other than \(deleted) nodes were deleted, which is how many are marked so")
        }
        var nodes: [TreeBuilder.Source] = []
        nodes.reserveCapacity(count)
        for node in 0..<count {
            if left[node] == -1 {
                let value = weight.map { conditions[node] * $0 } ?? conditions[node]
                guard value.isFinite else { throw tree.damaged(".split_conditions[\(node)] is a leaf's, and not a finite number") }
                nodes.append(TreeBuilder.Source(leaf: [Double(value)], cover: Double(cover[node])))
                continue
            }
            guard (0..<Int64(width)).contains(indices[node]) else {
                throw tree.damaged(".split_indices[\(node)] is \(indices[node]), and there are \(width) columns")
            }
            for (field, child) in [("left_children", left[node]), ("right_children", right[node])] {
                guard (0..<Int64(count)).contains(child) else {
                    throw tree.damaged(".\(field)[\(node)] is \(child), and there are \(count) nodes")
                }
            }
            var set: TreeEnsemble.Categories?
            if let types, types[node] != 0 {
                guard types[node] == 1, let own = sets[node] else {
                    throw tree.damaged(".split_type[\(node)] is \(types[node]), and the node has no categories")
                }
                set = own
                categoricalFeatures.insert(Int32(indices[node]))
            } else if conditions[node].isNaN {
                throw tree.damaged(".split_conditions[\(node)] is not a number")
            }
            nodes.append(
                TreeBuilder.Source(
                    feature: indices[node], left: left[node], right: right[node], threshold: Double(conditions[node].nextDown),
                    missingGoesLeft: missing[node] != 0, cover: Double(cover[node]), categories: set))
        }
        try builder.add(nodes, score: score, file: tree.file)
    }

    /// By the mark that the library makes: 32 bits of ones, the way of missing values being the highest.
    private static func isDeleted(_ feature: Int64, goesLeft: Bool) -> Bool {
        feature == Int64(UInt32.max) || (goesLeft && feature == Int64(Int32.max))
    }

    /// By node what goes left: everything but the categories that the file lists, which go right.
    private func categories(_ tree: BoosterNode, count: Int) throws(AssayError) -> [Int: TreeEnsemble.Categories] {
        guard let owners = try tree.member("categories_nodes")?.integers(), !owners.isEmpty else { return [:] }
        let starts = try tree.required("categories_segments").integers(count: owners.count)
        let sizes = try tree.required("categories_sizes").integers(count: owners.count)
        let all = try tree.required("categories").integers()
        var sets: [Int: TreeEnsemble.Categories] = [:]
        var words = 0
        for (place, owner) in owners.enumerated() {
            guard (0..<Int64(count)).contains(owner), sets[Int(owner)] == nil else {
                throw tree.damaged(".categories_nodes[\(place)] is \(owner), which is no node or one that stands there before")
            }
            let (start, size) = (starts[place], sizes[place])
            guard start >= 0, size >= 0, start <= Int64(all.count), size <= Int64(all.count) - start else {
                throw tree.damaged(".categories_segments[\(place)] is outside its categories")
            }
            let listed = all[Int(start)..<Int(start + size)]
            guard listed.allSatisfy({ (0..<Self.categoryLimit).contains($0) }) else {
                throw tree.damaged(".categories has a category of node \(owner) that is not from 0 to \(Self.categoryLimit - 1)")
            }
            let top = Int(listed.max() ?? -1)
            words += top / 64 + 1
            guard words <= 1 << 24 else { throw AssayError(.limitExceeded, "\(tree.file): \(tree.path) has sets of too many categories") }
            var set = TreeEnsemble.Categories(words: [UInt64](repeating: .max, count: top < 0 ? 0 : top / 64 + 1), otherGoesLeft: true)
            for category in listed { set.words[Int(category) >> 6] &= ~(1 << UInt64(category & 63)) }
            sets[Int(owner)] = set
        }
        return sets
    }
}
