extension LineChart {
    private static let width = 440.0
    private static let plot = (left: 48.0, right: 426.0, top: 14.0, bottom: 320.0)
    /// Beyond this a curve gains nothing that a screen shows.
    private static let pointLimit = 400

    func svg() -> String {
        let legendHeight = lines.count > 1 ? Double(lines.count) * 18 : 0
        var canvas = SVGCanvas(width: Self.width, height: Self.plot.bottom + 44 + legendHeight, title: title)
        let x = ChartScale(xScale, ends: (Self.plot.left, Self.plot.right))
        let y = ChartScale(yScale, ends: (Self.plot.bottom, Self.plot.top))
        for tick in x.ticks {
            canvas.line(x.place(tick), Self.plot.top, x.place(tick), Self.plot.bottom, style: "grid")
            canvas.words(x.label(tick), x: x.place(tick), y: Self.plot.bottom + 16, anchor: .middle, style: "tick")
        }
        for tick in y.ticks {
            canvas.line(Self.plot.left, y.place(tick), Self.plot.right, y.place(tick), style: "grid")
            canvas.words(y.label(tick), x: Self.plot.left - 6, y: y.place(tick) + 4, anchor: .end, style: "tick")
        }
        if hasDiagonal {
            let low = max(x.range.lowerBound, y.range.lowerBound)
            let high = min(x.range.upperBound, y.range.upperBound)
            if low < high { canvas.line(x.place(low), y.place(low), x.place(high), y.place(high), style: "reference") }
        }
        for (index, line) in lines.enumerated() {
            let style = "curve c\(index % 4)"
            let points = Self.thinned(line.points).map { (x: x.place($0.x), y: y.place($0.y)) }
            canvas.path(points, style: style)
            if line.isMarked {
                for (point, place) in zip(Self.thinned(line.points), points) {
                    canvas.dot(
                        x: place.x, y: place.y, style: "mark c\(index % 4)",
                        hint: "\(line.name): \(ChartScale.text(point.x)), \(ChartScale.text(point.y))")
                }
            }
            if lines.count > 1 {
                let row = Self.plot.bottom + 58 + Double(index) * 18
                canvas.line(Self.plot.left, row - 4, Self.plot.left + 22, row - 4, style: style)
                canvas.words(Markup.shortened(line.name, to: 48), x: Self.plot.left + 30, y: row, style: "tick")
            }
        }
        canvas.words(xName, x: (Self.plot.left + Self.plot.right) / 2, y: Self.plot.bottom + 36, anchor: .middle, style: "tick")
        canvas.words(yName, x: Self.plot.left, y: 10, style: "tick")
        return canvas.text
    }

    /// At most `pointLimit` points, evenly taken, both ends kept.
    private static func thinned(_ points: [Point]) -> [Point] {
        guard points.count > pointLimit else { return points }
        return (0..<pointLimit).map { points[$0 * (points.count - 1) / (pointLimit - 1)] }
    }
}
