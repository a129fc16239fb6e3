import AssayModels

extension TreePairs {
    /// Players asked on the way that a walk is on: those taken from the row, and those from the background.
    struct Sides {
        fileprivate(set) var own: [Int] = []
        fileprivate(set) var their: [Int] = []
    }

    /// Adds one pair's interaction values of the first output, times a factor, to `matrix[i · players + j]` for i < j.
    ///
    /// A leaf with u players from the row and v from the background gives two of the first `½ value · (u−2)! v! / (u+v−1)!`, two of the others
    /// `½ value · u! (v−2)! / (u+v−1)!`, and takes `½ value · (u−1)! (v−1)! / (u+v−1)!` from one of each.
    ///
    /// - Parameters:
    ///   - own: the row's ways; `their`: the background row's.
    ///   - sides: empty, and empty again afterwards.
    /// - Complexity: for each leaf that a mixture of both can reach the square of the players on its way.
    func addInteractions(
        _ own: UnsafePointer<UInt8>, _ their: UnsafePointer<UInt8>, factor: Double, sides: inout Sides, to matrix: UnsafeMutablePointer<Double>
    ) {
        guard innerCount > 0 else { return }
        visit(0, own, their, 0.5 * factor, &sides, matrix)
    }

    private func visit(
        _ number: Int32, _ own: UnsafePointer<UInt8>, _ their: UnsafePointer<UInt8>, _ factor: Double, _ sides: inout Sides,
        _ matrix: UnsafeMutablePointer<Double>
    ) {
        var number = number
        while number >= 0 {
            let node = inner[Int(number)]
            let player = Int(node.player)
            let ownChild = own[Int(number)] == 1 ? node.left : node.right
            let theirChild = their[Int(number)] == 1 ? node.left : node.right
            if ownChild == theirChild || sides.own.contains(player) {
                number = ownChild
            } else if sides.their.contains(player) {
                number = theirChild
            } else {
                sides.own.append(player)
                visit(ownChild, own, their, factor, &sides, matrix)
                sides.own.removeLast()
                sides.their.append(player)
                visit(theirChild, own, their, factor, &sides, matrix)
                sides.their.removeLast()
                return
            }
        }
        let value = factor * values[Int(-1 - number)]
        let (u, v) = (sides.own.count, sides.their.count)
        guard value != 0, u + v > 1 else { return }
        for (place, first) in sides.own.enumerated() {
            for second in sides.own[..<place] { add(value * weight(u - 2, v), first, second, matrix) }
            for second in sides.their { add(-value * weight(u - 1, v - 1), first, second, matrix) }
        }
        for (place, first) in sides.their.enumerated() {
            for second in sides.their[..<place] { add(value * weight(u, v - 2), first, second, matrix) }
        }
    }

    /// `u! v! / (u + v + 1)!`
    private func weight(_ u: Int, _ v: Int) -> Double { weights[u * weightWidth + v] }

    private func add(_ term: Double, _ first: Int, _ second: Int, _ matrix: UnsafeMutablePointer<Double>) {
        matrix[min(first, second) * playerCount + max(first, second)] += term
    }
}
