extension BeeswarmChart {
    private static let width = 520.0
    private static let left = 146.0
    private static let right = 14.0
    private static let rowHeight = 38.0
    /// Places along a line that points are gathered by, so that they pile up and do not hide each other.
    private static let places = 150
    static let shades = 7
    /// Layers of points, each of all shades, so that no shade lies above the others.
    private static let layers = 8

    /// Points pile up above and below their line where many rows were moved alike, at most as far as the line is high.
    func svg() -> String {
        let bottom = 8 + Double(lines.count) * Self.rowHeight
        var canvas = SVGCanvas(width: Self.width, height: bottom + 40, title: title)
        let moves = lines.flatMap(\.moves)
        let axis = ChartScale((moves.min() ?? 0)...max(moves.max() ?? 0, moves.min() ?? 0), fitting: [0], ends: (Self.left, Self.width - Self.right))
        for tick in axis.ticks {
            canvas.line(axis.place(tick), 4, axis.place(tick), bottom, style: tick == 0 ? "axis" : "grid")
            canvas.words(axis.label(tick), x: axis.place(tick), y: bottom + 15, anchor: .middle, style: "tick")
        }
        canvas.words("contribution, in \(unit)", x: (Self.left + Self.width - Self.right) / 2, y: bottom + 32, anchor: .middle, style: "tick")
        for (number, line) in lines.enumerated() {
            let middle = 8 + (Double(number) + 0.5) * Self.rowHeight
            canvas.words(Markup.shortened(line.label, to: 17), x: Self.left - 10, y: middle + 4, anchor: .end)
            draw(line, middle: middle, axis, on: &canvas)
        }
        return canvas.text
    }

    private func draw(_ line: Line, middle: Double, _ axis: ChartScale, on canvas: inout SVGCanvas) {
        let width = axis.ends.1 - axis.ends.0
        let bins = line.moves.map { move in min(Int((axis.place(move) - axis.ends.0) / width * Double(Self.places)), Self.places - 1) }
        var counts: [Int: Int] = [:]
        for bin in bins { counts[bin, default: 0] += 1 }
        // From the middle outwards: 0, +1, -1, +2, …; closer together where the pile would be too high.
        let highest = Double(counts.values.max() ?? 1)
        let step = min(3.2, (Self.rowHeight - 8) / max(highest, 1))
        var used: [Int: Int] = [:]
        var byShade: [Int: [(x: Double, y: Double)]] = [:]
        let shadeCount = Self.shades + 1
        for (row, move) in line.moves.enumerated() {
            let rank = used[bins[row], default: 0]
            used[bins[row]] = rank + 1
            let offset = Double((rank + 1) / 2) * (rank % 2 == 1 ? 1 : -1)
            let shade = line.levels[row].map { min(Int($0 * Double(Self.shades)), Self.shades - 1) } ?? Self.shades
            byShade[row % Self.layers * shadeCount + shade, default: []].append((axis.place(move), middle + offset * step))
        }
        for (place, points) in byShade.sorted(by: { $0.key < $1.key }) {
            let shade = place % shadeCount
            canvas.points(points, style: shade == Self.shades ? "point none" : "point v\(shade)")
        }
    }
}
