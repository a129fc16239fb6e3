/// Nodes and weights on [0, 1] by which an integral of a polynomial of degree below 2n is exact.
///
/// Roots of Legendre's polynomial by bisection between sign changes, then Newton's method; no library function whose last bit could differ between
/// systems.
///
/// - Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 25.4.30.
struct GaussLegendre: Sendable {
    let nodes: [Double]
    let weights: [Double]

    /// - Parameter count: at least 1.
    init(count: Int) {
        // Roots lie at least about 1 / count² apart.
        let cells = 16 * count * count
        var nodes: [Double] = []
        var weights: [Double] = []
        func x(_ cell: Int) -> Double { 2 * Double(cell) / Double(cells) - 1 }
        var before = Self.legendre(count, x(0)).value
        for cell in 1...cells {
            let after = Self.legendre(count, x(cell)).value
            defer { before = after }
            // A root on the grid belongs to the cell that ends with it.
            guard before != 0, after == 0 || (before < 0) != (after < 0) else { continue }
            var low = x(cell - 1)
            var high = x(cell)
            let isRising = before < 0
            for _ in 0..<60 {
                let middle = (low + high) / 2
                if (Self.legendre(count, middle).value < 0) == isRising { low = middle } else { high = middle }
            }
            var root = (low + high) / 2
            for _ in 0..<2 {
                let (value, slope) = Self.legendre(count, root)
                root -= value / slope
            }
            let slope = Self.legendre(count, root).slope
            nodes.append((1 + root) / 2)
            weights.append(1 / ((1 - root * root) * slope * slope))
        }
        precondition(nodes.count == count, "a polynomial without all its roots")
        self.nodes = nodes
        self.weights = weights
    }

    private static func legendre(_ degree: Int, _ x: Double) -> (value: Double, slope: Double) {
        var before = 1.0
        var value = x
        guard degree > 1 else { return (x, 1) }
        for k in 2...degree {
            let next = (Double(2 * k - 1) * x * value - Double(k - 1) * before) / Double(k)
            before = value
            value = next
        }
        return (value, Double(degree) * (x * value - before) / (x * x - 1))
    }
}
