import AssayTerms

/// How the elements of two shapes meet: extents of 1 spread over the other's.
struct ONNXBroadcast {
    let shape: [Int]
    private let left: [Int]
    private let right: [Int]
    private let count: Int

    init(_ node: ONNXNode, _ a: [Int], _ b: [Int], _ work: inout ONNXWork) throws(AssayError) {
        let rank = max(a.count, b.count)
        let x = [Int](repeating: 1, count: rank - a.count) + a
        let y = [Int](repeating: 1, count: rank - b.count) + b
        var shape: [Int] = []
        for (m, n) in zip(x, y) {
            guard m == n || m == 1 || n == 1 else { throw node.damaged("is given values of shapes \(a) and \(b), which do not fit together") }
            shape.append(m == 1 ? n : m)
        }
        self.shape = shape
        left = x
        right = y
        count = try work.make(shape)
    }

    func map<Element, Result>(_ x: [Element], _ y: [Element], _ body: (Element, Element) -> Result) -> [Result] {
        if left == right { return (0..<count).map { body(x[$0], y[$0]) } }
        if y.count == 1 { return (0..<count).map { body(x[$0], y[0]) } }
        if x.count == 1 { return (0..<count).map { body(x[0], y[$0]) } }
        // One row of constants beside many rows.
        if left == shape, right.dropLast().allSatisfy({ $0 == 1 }), let width = shape.last, y.count == width {
            return (0..<count).map { body(x[$0], y[$0 % width]) }
        }
        return places().map { body(x[$0.0], y[$0.1]) }
    }

    /// Each element's places on both sides.
    func places() -> [(Int, Int)] {
        var result: [(Int, Int)] = []
        result.reserveCapacity(count)
        let (a, b) = (Self.strides(left), Self.strides(right))
        var place = [Int](repeating: 0, count: shape.count)
        var (x, y) = (0, 0)
        for _ in 0..<count {
            result.append((x, y))
            var axis = shape.count - 1
            while axis >= 0 {
                place[axis] += 1
                x += a[axis]
                y += b[axis]
                if place[axis] < shape[axis] { break }
                x -= a[axis] * shape[axis]
                y -= b[axis] * shape[axis]
                place[axis] = 0
                axis -= 1
            }
        }
        return result
    }

    /// Steps from one element to the next along each axis; none along one that spreads.
    static func strides(_ shape: [Int], spreads: Bool = true) -> [Int] {
        var strides = [Int](repeating: 0, count: shape.count)
        var step = 1
        for axis in shape.indices.reversed() {
            strides[axis] = spreads && shape[axis] == 1 ? 0 : step
            step *= shape[axis]
        }
        return strides
    }
}
